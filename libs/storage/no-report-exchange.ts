import type { ReportExchange } from '#core/ports/report-exchange.js';

/** For a control plane that has its database for itself: there is nobody to pass reports on to. */
export const NO_REPORT_EXCHANGE: ReportExchange = {
  offer: () => undefined,
  start: () => undefined,
  stop: () => Promise.resolve(),
};
