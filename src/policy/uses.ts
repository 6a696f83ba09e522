import type { PolicyProblem, PolicyUse } from '../config/load.ts';
import type { Bilingual } from '../texts/fill.ts';
import type { Catalogue, Policy } from './catalogue.ts';
import { checkSettings } from './compiled.ts';

/** What is wrong with the places where a configuration names policies; the configuration adds line and column. */
export function checkUses(catalogue: Catalogue): (uses: readonly PolicyUse[]) => PolicyProblem[] {
  return (uses) => uses.flatMap((use) => problemsOf(catalogue, use));
}

function problemsOf(catalogue: Catalogue, use: PolicyUse): PolicyProblem[] {
  if (use.use === 'parameters') return parameterProblems(catalogue, use);
  const policy = catalogue.policyById.get(use.policy);
  const path = [...use.path, 'policy'];
  if (policy === undefined) return [{ path, message: unknownPolicy(use.policy) }];
  if (use.use === 'waiver') {
    return policy.force === 'must' && use.approved !== true ? [{ path, message: unapproved }] : [];
  }
  return attestationProblems(policy, use);
}

function parameterProblems(catalogue: Catalogue, use: PolicyUse): PolicyProblem[] {
  const settings = { [use.policy]: { parameters: use.parameters ?? {} } };
  return checkSettings(catalogue, settings).map(({ path, message }) => ({
    path: [...use.path.slice(0, -1), ...path],
    message: { de: message, en: message },
    ...(path.length === 1 ? { on: 'key' as const } : {}),
  }));
}

/** Fields of the attestation that no expression of the policy reads are evidence; a foreign policy's are mistakes. */
function attestationProblems(policy: Policy, use: PolicyUse): PolicyProblem[] {
  const attests = policy.judge.some((entry) => entry.reads.some((name) => name.startsWith('attestation.')));
  return attests ? [] : [{ path: [...use.path, 'policy'], message: notAttested(policy.id) }];
}

const unknownPolicy = (id: string): Bilingual => ({
  de: `Es gibt keine Regel „${id}“; „roomwarden policies list“ zeigt alle.`,
  en: `There is no policy "${id}"; "roomwarden policies list" shows all.`,
});

export const notAttested = (id: string): Bilingual => ({
  de: `Die Regel „${id}“ wird an den Systemen geprüft; ein Nachweis ändert an ihr nichts.`,
  en: `The policy "${id}" is judged on the systems; an attestation changes nothing about it.`,
});

export const unapproved: Bilingual = {
  de: 'Eine Ausnahme von einer Muss-Vorschrift braucht approved_by: wer sie genehmigt hat.',
  en: 'An exception to an obligation needs approved_by: who has approved it.',
};
