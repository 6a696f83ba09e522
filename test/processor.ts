/**
 * Processor time of this process, in milliseconds since the call: unlike the clock it leaves out what other processes do
 * meanwhile, and what is only waited for.
 */
export function processorTime(): () => number {
  const since = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1_000;
  };
}
