/** Every metric the control plane writes or asks Prometheus for. Base units; counters end in `_total`. */
export const metricNames = {
  edgeConnections: 'weir_edge_connections_total',
  edgeOriginConnections: 'weir_edge_origin_connections_total',
  edgeOriginRtt: 'weir_edge_origin_rtt_seconds',
  edgeEndpointUp: 'weir_edge_endpoint_up',
  edgeConfigurationGeneration: 'weir_edge_configuration_generation',

  cycleDuration: 'weir_cycle_duration_seconds',
  cycleFailures: 'weir_cycle_failures_total',
  share: 'weir_share',
  shareShift: 'weir_share_shift_total',
  originLoad: 'weir_origin_load',
  originCapacity: 'weir_origin_capacity',
  originOverload: 'weir_origin_overload_seconds_total',
  staleInputs: 'weir_stale_inputs',
  publicationLag: 'weir_publication_lag_seconds',
  agentsConnected: 'weir_agents_connected',
} as const satisfies Record<string, `weir_${string}`>;

export const labelNames = {
  loadBalancer: 'load_balancer',
  listener: 'listener',
  edge: 'edge',
  origin: 'origin',
  endpoint: 'endpoint',
  stage: 'stage',
  reason: 'reason',
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];
export type LabelName = (typeof labelNames)[keyof typeof labelNames];
