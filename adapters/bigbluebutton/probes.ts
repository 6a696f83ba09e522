import { reason } from '../contract/fact.ts';
import { type Answer, answered, type Call } from './answer.ts';
import { askXml, type Client } from './api.ts';

/** What calls with an outdated and with a wrong signature gave. */
export interface Probes {
  /** Whether SHA-1 is accepted. */
  outdated: Answer<boolean>;
  /** Whether a wrong signature is refused. */
  checked: Answer<boolean>;
}

/**
 * At most one call that fails: where SHA-1 is refused, signatures are evidently checked, and the call with a wrong one
 * is not made. Only for a secret that is known to be accepted; else a refusal would prove nothing.
 */
export async function probe(client: Client, accepted: boolean): Promise<Probes> {
  if (!accepted) {
    const open = {
      call: null,
      reason: reason('not_permitted', 'no signed call was accepted, so nothing was probed'),
    };
    return { outdated: open, checked: open };
  }
  const outdated = await ask(client, client.calls.outdatedProbe());
  if (!answered(outdated)) return { outdated, checked: outdated };
  if (!outdated.value) return { outdated, checked: { call: outdated.call, value: true } };
  const wrong = await ask(client, client.calls.wrongProbe());
  return { outdated, checked: answered(wrong) ? { call: wrong.call, value: !wrong.value } : wrong };
}

/** True: accepted; false: refused for its checksum; else why it is neither. */
async function ask(client: Client, signed: { path: string; query: string }): Promise<Answer<boolean>> {
  const result = await askXml(client, 'A4', signed, [], () => {});
  if (!('reason' in result)) return { call: result.call, value: true };
  const call: Call = result.call;
  if (result.reason.detail?.startsWith('checksumError') === true) return { call, value: false };
  return { call, reason: result.reason };
}
