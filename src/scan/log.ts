import type { Log } from '../../adapters/contract/adapter.ts';

/** Every line carries these fields: of which scan and target it tells. */
export function boundLog(log: Log, bound: object): Log {
  return {
    debug: (fields, message) => log.debug({ ...bound, ...fields }, message),
    info: (fields, message) => log.info({ ...bound, ...fields }, message),
    warn: (fields, message) => log.warn({ ...bound, ...fields }, message),
    error: (fields, message) => log.error({ ...bound, ...fields }, message),
  };
}
