/** Names under which the parts that are interfaces are injected. */
export const SETTINGS = Symbol('ControlPlaneSettings');
export const CLOCK = Symbol('Clock');
export const CONFIGURATION_STORE = Symbol('ConfigurationStore');
export const SCHEDULER_STORE = Symbol('SchedulerStore');
export const EVENT_STORE = Symbol('EventStore');
export const TOKEN_STORE = Symbol('TokenStore');
export const TELEMETRY_SOURCE = Symbol('TelemetrySource');
export const REPORT_LISTENER = Symbol('ReportListener');
export const DECIDER = Symbol('Decider');
export const ADVISOR = Symbol('Advisor');
export const CONFIGURATION_MEMORY = Symbol('ConfigurationMemory');
export const REPLICA_LINK = Symbol('ReplicaLink');
export const REPORT_EXCHANGE = Symbol('ReportExchange');
