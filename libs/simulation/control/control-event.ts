/** Something that happens to the control plane. */
export interface ControlEvent {
  readonly part: 'control-plane';
  readonly kind: 'telemetry-lost' | 'telemetry-back' | 'scheduler-stops' | 'scheduler-starts';
}
