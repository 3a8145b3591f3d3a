/** Numbers under which sessions exclude each other on one database. Arbitrary, and never changed: versions must agree. */
export const MIGRATION_LOCK = 7_353_001;
export const SCHEDULER_LOCK = 7_353_002;
