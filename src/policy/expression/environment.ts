import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Duration } from '@marcbachmann/cel-js/evaluator';
import { compareVersions } from '../../../adapters/contract/version.ts';
import { type FactType, factDefinition, factNames } from '../../../adapters/contract/vocabulary.ts';
import type { ParameterDefinition, ParameterType } from '../types.ts';
import { writtenGroups } from './names.ts';

/** Retention as CEL sees it: a type of its own, so that nobody compares it with a number. */
export class Retention {
  /** Undefined = unlimited. */
  readonly seconds: number | undefined;

  constructor(seconds: number | undefined) {
    this.seconds = seconds;
  }
}

/** A product version as CEL sees it: never compared as text. */
export class Version {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const factTypes: Readonly<Record<FactType, string>> = {
  bool: 'bool',
  int: 'int',
  duration: 'google.protobuf.Duration',
  retention: 'Retention',
  version: 'Version',
  enum: 'string',
  text: 'string',
  list: 'list<string>',
};

const parameterTypes: Readonly<Record<ParameterType, string>> = {
  bool: 'bool',
  int: 'int',
  duration: 'google.protobuf.Duration',
  text: 'string',
  list: 'list<string>',
};

let shared: Environment | undefined;

function baseEnvironment(): Environment {
  if (shared !== undefined) return shared;
  const environment = new Environment({
    // Only so that it is refused by name instead of as a syntax error.
    enableOptionalTypes: true,
    limits: { maxAstNodes: 400, maxDepth: 40 },
  });
  environment.registerType('Retention', Retention);
  environment.registerType('Version', Version);
  for (const name of factNames) {
    if (!name.includes('.')) environment.registerVariable(name, factTypes[factDefinition(name).type]);
  }
  for (const group of writtenGroups)
    environment.registerVariable({ name: group, schema: groupSchema(group) });
  environment.registerFunction('filled(string): bool', (text: string) => text.trim() !== '');
  environment.registerFunction(
    'retention_within(Retention, google.protobuf.Duration): bool',
    (retention: Retention, limit: Duration) =>
      retention.seconds !== undefined && retention.seconds <= Number(limit.seconds),
  );
  environment.registerFunction('version_at_least(Version, Version): bool', oracleVersionAtLeast);
  environment.registerFunction(
    'fresh(google.protobuf.Duration, google.protobuf.Duration): bool',
    (age: Duration, limit: Duration) => {
      if (age.seconds <= limit.seconds) return true;
      throw new Error('stale');
    },
  );
  shared = environment;
  return environment;
}

function oracleVersionAtLeast(version: Version, wanted: Version): boolean {
  const order = compareVersions(version.text, wanted.text);
  if (order === undefined) throw new Error('versions without order');
  return order >= 0;
}

function groupSchema(group: string): Record<string, string> {
  const schema: Record<string, string> = {};
  for (const name of factNames) {
    if (name.startsWith(`${group}.`))
      schema[name.slice(group.length + 1)] = factTypes[factDefinition(name).type];
  }
  return schema;
}

/** cel-js with the vocabulary and the parameters of one policy: parser, type checker and oracle. */
export function environmentFor(definitions: Readonly<Record<string, ParameterDefinition>>): Environment {
  const environment = baseEnvironment().clone();
  const names = Object.keys(definitions);
  if (names.length === 0) return environment;
  const schema: Record<string, string> = {};
  for (const name of names) schema[name] = parameterTypes[(definitions[name] as ParameterDefinition).type];
  environment.registerVariable({ name: 'params', schema });
  return environment;
}

export type { ASTNode };
