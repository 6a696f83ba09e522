import { actionPlanOf } from '../export/actionPlan.ts';
import { auditReport } from './audit.ts';
import { comparisonReport } from './comparison.ts';
import { documentCsv } from './csv.ts';
import { evidenceReport } from './evidence.ts';
import { findingsOf } from './holes.ts';
import { measuresReport } from './measures.ts';
import { ReportProblem } from './problem.ts';
import { readState } from './state.ts';
import { summaryReport } from './summary.ts';
import { trackingReport } from './tracking.ts';
import type { Asked, Document, ReportDeps } from './types.ts';
import { say } from './words.ts';
import { Writer } from './writer.ts';

export { policyOf, renderHtml } from './html/render.ts';
export { readMoment } from './instants.ts';
export { kindInfo, kinds } from './kinds.ts';
export { cellStatuses } from './matrix/types.ts';
export { ReportProblem } from './problem.ts';
export type { Asked, Document, ReportDeps, ReportFormat, ReportKind } from './types.ts';
export { audiences, reportFormats, reportKinds } from './types.ts';
export { documentCsv };

/** How often a report is begun anew because something was recorded meanwhile. */
const attempts = 5;

/** All that is said is of one state, or says that it may not be: where the ledger moved, it is read again. @throws {ReportProblem} */
export async function makeReport(deps: ReportDeps, asked: Asked): Promise<Document> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await deps.store.version();
    const document = await writeReport(deps, asked);
    if (before === (await deps.store.version())) return document;
    if (attempt === attempts) return unsteady(document);
  }
}

/** Better a report that says so than none while a large scan is recorded, or one that mixes two states in silence. */
function unsteady(document: Document): Document {
  const { language } = document;
  const item = {
    mark: 'unknown',
    strong: say(language, 'unsteady'),
    rest: say(language, 'unsteady_rest'),
  } as const;
  return { ...document, blocks: [{ type: 'statements', items: [item] }, ...document.blocks] };
}

async function writeReport(deps: ReportDeps, asked: Asked): Promise<Document> {
  const state = await readState(deps, targetsOf(deps, asked));
  const writer = new Writer(state, asked);
  switch (asked.kind) {
    case 'summary':
      return summaryReport(writer);
    case 'audit': {
      const [target, ...others] = state.targets;
      if (target === undefined || others.length > 0) throw needs('target');
      return auditReport(writer, target);
    }
    case 'evidence': {
      const clause = deps.catalogue.clauseById.get(asked.clause ?? '');
      if (clause === undefined) throw needs('clause');
      return evidenceReport(writer, clause);
    }
    case 'tracking':
      return trackingReport(writer);
    case 'measures':
      return measuresReport(writer);
    case 'comparison':
      if (asked.from === undefined) throw needs('from');
      return comparisonReport(writer);
    case 'action-plan':
      throw new ReportProblem('format', {
        de: 'Den Maßnahmenplan gibt es als CSV.',
        en: 'The action plan comes as CSV.',
      });
  }
}

function needs(parameter: 'target' | 'clause' | 'from'): ReportProblem {
  const texts = {
    target: { de: 'Dieser Bericht braucht genau ein System.', en: 'This report needs exactly one target.' },
    clause: {
      de: 'Dieser Bericht braucht einen Satz wie S2-08a.',
      en: 'This report needs a clause such as S2-08a.',
    },
    from: {
      de: 'Dieser Bericht braucht einen Anfang: einen Zeitpunkt oder einen Prüflauf.',
      en: 'This report needs a beginning: a time or a scan.',
    },
  };
  return new ReportProblem(parameter, texts[parameter]);
}

/** In the order of the configuration. */
function targetsOf({ config }: ReportDeps, { visible, target }: Asked) {
  return config.targets.filter(
    ({ id }) => (visible === null || visible.includes(id)) && (target === undefined || target.includes(id)),
  );
}

/** Everything that is open or waived, as a list to work off. */
export function actionPlanCsv(deps: ReportDeps, asked: Asked): AsyncIterable<string> {
  const target = targetsOf(deps, asked).map(({ id }) => id);
  const read = async function* () {
    for (const status of ['open', 'waived'] as const) {
      yield* findingsOf(deps, { target, verdict: 'all', status }, asked.view);
    }
  };
  return actionPlanOf(read, asked.language);
}
