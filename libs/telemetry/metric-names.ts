/** Every metric the control plane writes or asks Prometheus for. Base units; counters end in `_total`. */
export const metricNames = {
  edgeConnections: 'weir_edge_connections_total',
  edgeOriginConnections: 'weir_edge_origin_connections_total',
  edgeActiveConnections: 'weir_edge_active_connections',
  edgeOriginRtt: 'weir_edge_origin_rtt_seconds',
  edgeEndpointUp: 'weir_edge_endpoint_up',
  edgeConfigurationGeneration: 'weir_edge_configuration_generation',

  cycleDuration: 'weir_cycle_duration_seconds',
  cycleFailures: 'weir_cycle_failures_total',
  cycleTrigger: 'weir_cycle_trigger_total',
  cycleSolverRescues: 'weir_cycle_solver_rescues_total',
  objectiveLatency: 'weir_objective_latency_seconds',
  share: 'weir_share',
  shareShift: 'weir_share_shift_total',
  originLoad: 'weir_origin_load',
  originCapacity: 'weir_origin_capacity',
  originOverload: 'weir_origin_overload_seconds_total',
  originShadowPrice: 'weir_origin_shadow_price_seconds',
  staleInputs: 'weir_stale_inputs',
  unusableFigures: 'weir_unusable_figures',
  publicationLag: 'weir_publication_lag_seconds',
  agentsConnected: 'weir_agents_connected',
  agentConnected: 'weir_agent_connected',
  schedulerMode: 'weir_scheduler_mode',
  leader: 'weir_leader',
} as const satisfies Record<string, `weir_${string}`>;

export const labelNames = {
  loadBalancer: 'load_balancer',
  listener: 'listener',
  edge: 'edge',
  origin: 'origin',
  endpoint: 'endpoint',
  stage: 'stage',
  reason: 'reason',
  trigger: 'trigger',
  mode: 'mode',
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];
export type LabelName = (typeof labelNames)[keyof typeof labelNames];
