import type { Totals } from './matrix/types.ts';
import type { Bar, Mark, Row } from './types.ts';
import type { Word } from './words.ts';
import type { Writer } from './writer.ts';

/** Shares of what was judged at all; what is waived stands for itself. */
export function shareOf({ violation, violation_minor, unknown, pass }: Totals): Bar {
  const all = violation + violation_minor + unknown + pass;
  if (all === 0) return { violation: 0, unseen: 0, met: 0 };
  return { violation: (violation + violation_minor) / all, unseen: unknown / all, met: pass / all };
}

interface Standing {
  mark: Mark;
  word: Word;
  rank: number;
}

const standings: Readonly<Record<string, Standing>> = {
  denied: { mark: 'violation_minor', word: 'denied', rank: 0 },
  expired: { mark: 'stale', word: 'expired', rank: 1 },
  absent: { mark: 'unknown', word: 'absent', rank: 2 },
  not_yet: { mark: 'unknown', word: 'not_yet', rank: 3 },
  due: { mark: 'pass', word: 'due', rank: 4 },
  valid: { mark: 'pass', word: 'valid', rank: 5 },
};

/** Each attestation that is asked for, with the systems it stands that way on, the worst first. */
export function attestationRows(writer: Writer): Row[] {
  const { targets, deps } = writer.state;
  const policies = deps.catalogue.policies.filter(({ form }) => form === 'attestation');
  const rows: { rank: number; row: Row }[] = [];
  for (const { id } of policies) {
    const groups = new Map<string, string[]>();
    for (const target of targets) {
      const counts = target.counts.get(id);
      // Neither asked for nor given here.
      if (counts !== undefined && counts.not_applicable > 0 && counts.unknown === 0) continue;
      const held = target.attestations.find(({ policy }) => policy === id);
      const violated = counts !== undefined && counts.violation + counts.violation_minor > 0;
      const standing = violated ? 'denied' : (held?.state ?? 'absent');
      groups.set(standing, [...(groups.get(standing) ?? []), target.id]);
    }
    for (const [standing, ids] of groups) {
      const { mark, word, rank } = standings[standing] ?? { mark: 'unknown', word: 'absent', rank: 2 };
      const where = ids.length > 2 ? writer.count('targets', ids.length) : ids.join(', ');
      rows.push({
        rank,
        row: {
          attestation: { mark, text: `${writer.title(id)}, ${where}` },
          standing: writer.say(word as 'valid'),
        },
      });
    }
  }
  return rows.sort((one, other) => one.rank - other.rank).map(({ row }) => row);
}
