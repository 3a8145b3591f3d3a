/**
 * A module for Node's `--import`, run in a child before its program: a parent that was killed cannot stop its children,
 * so they watch the channel to it. Unreferenced, the channel does not keep a child alive that has come to its end.
 */
export const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  "process.once('disconnect', () => process.exit(1)); process.channel?.unref();",
)}`;
