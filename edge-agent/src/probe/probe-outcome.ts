/** The latency in ms; or why the probe failed: a LocalFault when it could not be made at all. */
export type ProbeOutcome = number | Error;

export type OnOutcome = (outcome: ProbeOutcome) => void;
