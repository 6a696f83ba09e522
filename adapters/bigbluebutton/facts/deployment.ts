import { type Fact, hole, known, type ListValue } from '../../contract/fact.ts';
import { answered, derived, holeOf, proof } from '../answer.ts';
import type { AllSeen } from '../seen.ts';
import { siteContradictions } from './contradictions.ts';
import { endpointFacts } from './endpoints.ts';
import { lineFacts, productEvidence, versionFacts } from './product.ts';
import { serverFacts } from './server.ts';
import { siteFacts } from './site.ts';
import { noticeFacts, versionedFacts } from './site-notice.ts';

/** Every fact that this adapter declares for a deployment. */
export function deploymentFacts(seen: AllSeen): Record<string, Fact> {
  return {
    ...lineFacts(seen),
    ...versionFacts(seen),
    ...siteFacts(seen),
    ...versionedFacts(seen),
    ...noticeFacts(seen),
    ...endpointFacts(seen),
    ...accountFacts(seen),
    ...serverFacts(seen),
    contradictions: siteContradictions(seen),
  };
}

/** The product knows one secret with one right, so that a smaller one cannot be chosen. */
function accountFacts(seen: AllSeen) {
  const { secret, now } = seen;
  const configured = productEvidence('secret', now);
  return {
    recording_supported: known(true, productEvidence('recording', now)),
    guest_name_required: known(true, productEvidence('join', now)),
    shared_secret_used: known(true, productEvidence('checksum', now)),
    auditor_account_used: known(true, configured),
    auditor_account_excess_privileges: excessPrivileges(seen),
    api_secret_is_public_value: known(secret.publicValue, configured),
    api_secret_length: secretLength(seen),
  } satisfies Record<string, Fact>;
}

/** The product knows one secret with one right; the database role should do nothing but read what it is asked. */
function excessPrivileges({ database, now }: AllSeen): Fact {
  const secret = productEvidence('secret', now);
  if (database === null) return known<ListValue>({ items: [], complete: true }, secret);
  const path = 'pg_class, has_table_privilege';
  if (!answered(database)) return holeOf(database, path);
  const { privileges } = database.value;
  const evidence = proof(database.call, path);
  if (!privileges.ok) return hole(privileges.reason, evidence);
  return known<ListValue>({ items: [...privileges.value], complete: true }, [evidence, secret]);
}

/** Known to be the server's own once any signed call was accepted. */
function secretLength({ secret, meetings, recordings, hooks }: AllSeen): Fact {
  if (answered(meetings)) return known(secret.length, proof(meetings.call, 'secret', derived));
  const { call, gap, count } = recordings;
  if (call !== null && (gap === null || gap.code === 'incomplete' || count > 0))
    return known(secret.length, proof(call, 'secret', derived));
  if (answered(hooks)) return known(secret.length, proof(hooks.call, 'secret', derived));
  return holeOf(meetings, 'secret');
}
