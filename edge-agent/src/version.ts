/** The version of the package, told in every report. */
export const AGENT_VERSION = '0.1.0';
