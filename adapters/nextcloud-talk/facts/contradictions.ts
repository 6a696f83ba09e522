import {
  type Evidence,
  type Fact,
  hole,
  known,
  type ListValue,
  notConfigured,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { isOwnHost } from '../../contract/hosts.ts';
import { evidenceOf, has, type Seen, valueIn } from '../../contract/seen.ts';
import { feature, type Observation } from './observation.ts';

const dayMs = 86_400_000;
const deletionJobs = ['ExpireChatMessages', 'ExpireObjectRooms'];

/** One pair of statements that ought to fit: a contradiction, none, or what is missing to compare them. */
type Pair = { found: string; evidence: Evidence[] } | { missing: Reason | null; evidence: Evidence[] };

/** The list is complete only where every pair was compared. */
export function contradictions(observation: Observation): Fact {
  const pairs = [
    expiryWithoutCron(observation),
    overdueMessages(observation),
    jobsNotRunning(observation),
    consentNotEffective(observation),
    foreignSignaling(observation),
  ];
  const items = pairs.flatMap((pair) => ('found' in pair ? [pair.found] : []));
  const missing = pairs.flatMap((pair) =>
    'missing' in pair && pair.missing !== null ? [pair.missing] : [],
  )[0];
  const found = pairs.filter((pair) => 'found' in pair).flatMap(({ evidence }) => evidence);
  const looked = pairs.flatMap(({ evidence }) => evidence);
  const feature = evidenceOf(observation.anonymous.features);
  if (missing !== undefined && items.length === 0 && !pairs.some(compared)) return hole(missing, feature);
  const list: ListValue =
    missing === undefined ? { items, complete: true } : { items, complete: false, missing };
  return known(list, found.length > 0 ? found : looked.length > 0 ? looked : feature);
}

function compared(pair: Pair): boolean {
  return 'missing' in pair && pair.missing === null && pair.evidence.length > 0;
}

function gap<T>(seen: Seen<T>): Pair {
  return { missing: has(seen) ? null : seen.reason, evidence: [] };
}

function expiryWithoutCron(observation: Observation): Pair {
  const cron = feature('message-expiration', observation);
  if (!('value' in cron)) return { missing: cron.unavailable, evidence: [] };
  if (cron.value) return { missing: null, evidence: cron.evidence };
  const { expiring } = observation.database;
  const shown = observation.rooms.find(
    ({ room }) => room.view === 'member' && (valueIn(room.messageExpiration) ?? 0) > 0,
  );
  const found = 'expiry_without_cron';
  if (shown !== undefined)
    return { found, evidence: [...cron.evidence, evidenceOf(shown.room.messageExpiration)] };
  if (!has(expiring)) return gap(expiring);
  const evidence = [...cron.evidence, evidenceOf(expiring)];
  return expiring.value > 0 ? { found, evidence } : { missing: null, evidence };
}

function overdueMessages({ database: { overdue } }: Observation): Pair {
  if (!has(overdue)) {
    const why = overdue.reason;
    const missing =
      why.code === 'not_configured'
        ? notConfigured('database', 'overdue messages and the last run of jobs were not read')
        : why;
    return { missing, evidence: [] };
  }
  const evidence = [evidenceOf(overdue)];
  return overdue.value > 0 ? { found: 'expired_messages_stored', evidence } : { missing: null, evidence };
}

function jobsNotRunning({ database: { jobs }, now }: Observation): Pair {
  if (!has(jobs)) return gap(jobs);
  const evidence = [evidenceOf(jobs)];
  const known = jobs.value.filter(({ name }) => deletionJobs.includes(name));
  if (known.some(({ lastRun }) => now - lastRun > dayMs)) return { found: 'jobs_not_running', evidence };
  const absent = deletionJobs.find((name) => !known.some((job) => job.name === name));
  if (absent === undefined) return { missing: null, evidence };
  return { missing: reason('incomplete', `the job ${absent} is not in the list of jobs`), evidence: [] };
}

function consentNotEffective({ config, anonymous }: Observation): Pair {
  const { recording, recordingConsent: shown } = anonymous;
  if (!has(recording)) return gap(recording);
  if (!recording.value) return { missing: null, evidence: [evidenceOf(recording)] };
  if (!has(shown)) return gap(shown);
  if (shown.value !== 0) return { missing: null, evidence: [evidenceOf(shown)] };
  const { recordingConsent: set } = config;
  if (!has(set)) return gap(set);
  const evidence = [evidenceOf(set), evidenceOf(shown), evidenceOf(recording)];
  return set.value === 1
    ? { found: 'consent_forced_but_not_effective', evidence }
    : { missing: null, evidence };
}

function foreignSignaling({ signaling, login, settings }: Observation): Pair {
  if (settings.hosting?.model !== 'on_premises') return { missing: null, evidence: [] };
  const server = has(signaling.server) && signaling.server.value !== '' ? signaling.server : undefined;
  const place: Seen<unknown> = server ?? login.signaling;
  const hosts = server === undefined ? valueIn(login.signaling) : [server.value];
  if (hosts === undefined) return gap(place);
  const evidence = [evidenceOf(place)];
  return hosts.some((host) => !isOwnHost(host, settings))
    ? { found: 'on_premises_but_foreign_signaling', evidence }
    : { missing: null, evidence };
}
