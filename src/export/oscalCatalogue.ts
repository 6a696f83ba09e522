import { createHash } from 'node:crypto';
import type { Clause, Policy, Standard } from '../policy/catalogue.ts';
import type { ExportContext } from './context.ts';
import { markup, oscalVersion, property, some } from './oscal.ts';
import { plain, productName } from './parts.ts';
import { nameUuid } from './uuid.ts';

/**
 * OSCAL 1.2.2 catalogue: the clauses of each document, in our words, and the policies that decide them.
 * @param at RFC 3339; the id depends on the content alone
 */
export function oscalCatalogue(context: ExportContext, at: string): object {
  const { catalogue, language } = context;
  const documents = Map.groupBy(catalogue.clauses, (clause) => clause.document);
  const groups = [
    ...[...documents].map(([id, clauses]) => ({
      id,
      title: markup(clauses[0]?.documentTitle[language] ?? id),
      controls: clauses.map((clause) => clauseControl(clause, context)),
    })),
    {
      id: 'policies',
      title: language === 'de' ? 'Richtlinien' : 'Policies',
      controls: catalogue.policies.map((policy) => policyControl(policy, context)),
    },
  ];
  const resources = [...catalogue.standards.values()].map((standard) => resourceOf(standard, context));
  const content = createHash('sha256')
    .update(JSON.stringify([groups, resources]))
    .digest('hex');
  return {
    catalog: {
      uuid: nameUuid('catalogue', content),
      metadata: {
        title: language === 'de' ? `Richtlinien von ${productName}` : `Policies of ${productName}`,
        'last-modified': at,
        version: context.version,
        'oscal-version': oscalVersion,
      },
      groups,
      'back-matter': some('resources', resources),
    },
  };
}

function clauseControl(clause: Clause, { catalogue, language }: ExportContext): object {
  const policies = catalogue.policies.filter(({ resolvedClauses }) => resolvedClauses.includes(clause.id));
  return {
    id: clause.id,
    class: 'clause',
    title: markup(`${clause.id}: ${clause.place}`),
    props: [...property('force', clause.force), ...clause.check.flatMap((check) => property('check', check))],
    ...some('links', [
      ...policies.map(({ id }) => ({ href: `#${id}`, rel: 'related' })),
      ...(clause.aggregateOf ?? []).map((id) => ({ href: `#${id}`, rel: 'required' })),
    ]),
    parts: [{ id: `${clause.id}_smt`, name: 'statement', prose: markup(clause.duty[language]) }],
  };
}

function policyControl(policy: Policy, context: ExportContext): object {
  const { language } = context;
  const { title, why } = policy.texts[language];
  return {
    id: policy.id,
    class: 'policy',
    title: markup(title),
    ...some('params', parametersOf(policy, context)),
    props: [
      ...property('version', policy.version),
      ...property('form', policy.form),
      ...property('basis', policy.basis),
      ...property('force', policy.force),
      ...policy.judge.flatMap(({ kind, severity }) => property(`severity-${kind}`, severity)),
      ...policy.resolvedClauses.flatMap((clause) => property('clause', clause)),
      ...mappingProperties(policy, context),
    ],
    links: [
      ...policy.resolvedClauses.map((clause) => ({ href: `#${clause}`, rel: 'required' })),
      ...Object.keys(policy.mappings).map((id) => ({ href: `#${standardId(id)}`, rel: 'reference' })),
    ],
    parts: [
      { id: `${policy.id}_smt`, name: 'statement', prose: markup(title) },
      { id: `${policy.id}_why`, name: 'overview', prose: markup(why) },
      ...objectives(policy),
      ...Object.entries(policy.remediation).map(([product, remedy]) => ({
        id: `${policy.id}_fix.${product}`,
        name: 'guidance',
        title: markup(product),
        prose: markup(remedy[language]),
      })),
    ],
  };
}

/** What is read and compared, a kind of subject at a time. */
function objectives(policy: Policy): object[] {
  const parts = policy.judge.map(({ kind, rule }) => ({
    id: `${policy.id}_obj.${kind}`,
    name: 'assessment-objective',
    prose: markup(`${kind}: ${rule}`),
  }));
  return [{ id: `${policy.id}_obj`, name: 'assessment-objective', ...some('parts', parts) }];
}

function parametersOf(policy: Policy, { language }: ExportContext): object[] {
  return Object.entries(policy.parameters).map(([name, { texts, default: value, values }]) => ({
    id: `${policy.id}_prm.${name}`,
    label: markup(texts[language]),
    ...some('values', [value].flat().map(plain)),
    ...(values === undefined ? {} : { constraints: [{ description: markup(values.join(', ')) }] }),
  }));
}

/** Where other OSCAL documents refer to a control by an identifier of its own, both stand here. */
function mappingProperties({ mappings }: Policy, { catalogue }: ExportContext): object[] {
  return Object.entries(mappings).flatMap(([id, controls]) => {
    const standard = catalogue.standards.get(id);
    return controls.flatMap((control) => [
      ...property(`mapping-${id}`, control),
      ...property(`mapping-${id}-identifier`, standard?.identifiers?.[control]),
    ]);
  });
}

const standardId = (id: string): string => nameUuid('standard', id);

function resourceOf(standard: Standard, { language }: ExportContext): object {
  return {
    uuid: standardId(standard.id),
    title: markup(standard.title[language]),
    props: [
      ...property('edition', standard.edition),
      ...property('publisher', standard.publisher),
      ...property('scope', standard.whole ? 'whole-document' : 'by-control'),
    ],
    ...(standard.url === undefined ? {} : { rlinks: [{ href: standard.url }] }),
  };
}
