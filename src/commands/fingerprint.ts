import { createHash } from 'node:crypto';
import { roomRef } from '../access/ref.ts';
import type { Environment } from './environment.ts';

/**
 * Hash of all that findings depend on besides the servers: two instances with the same one judge the same. Where an
 * instance listens and what it does is its own.
 */
export function configurationHash({ config, catalogue }: Environment, key: string, version: string): string {
  const { timezone, privacy, retention, feed, tags, targets, attestations, attestations_due } = config;
  const { waivers, waivers_max, policies, push } = config;
  const rules = catalogue.policies.map((policy) => [policy.id, policy.version]);
  const parts = { timezone, privacy, retention, feed, tags, targets, attestations, attestations_due };
  const whole = { version, key: roomRef(key, 'configuration'), rules, ...parts };
  const text = JSON.stringify({ ...whole, waivers, waivers_max, policies, push }, (name, value) => {
    if (name === 'origin') return undefined;
    // The same file may lie in another folder on another machine.
    return typeof value === 'string' && value.startsWith(`${config.directory}/`)
      ? `.${value.slice(config.directory.length)}`
      : value;
  });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
