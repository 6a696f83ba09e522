import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Ms,
  type Reason,
  reason,
} from '../contract/fact.ts';
import { SourceError } from '../contract/http.ts';
import { evidenceOf, type Manner, type Sight } from '../contract/seen.ts';
import type { Read } from './schema.ts';
import { textOf, XmlError, type XmlNode } from './xml.ts';

/** Where and when an answer was got; `locator` is safe to keep. */
export interface Call extends Sight {
  /** The server's clock where it sent one. */
  serverDate: Ms | null;
}

/** What a source gave, or why it gave nothing; `call` is null where it was not asked. */
export type Answer<T> = { call: Call; value: T } | { call: Call | null; reason: Reason };

export function answered<T>(answer: Answer<T>): answer is { call: Call; value: T } {
  return (answer as { value?: T }).value !== undefined;
}

export function notAsked(why: Reason): { call: null; reason: Reason } {
  return { call: null, reason: why };
}

export type ProofOptions = Omit<Manner, 'path'>;

export function proof(call: Call, path: string, options: ProofOptions = {}): Evidence {
  return evidenceOf(call, { ...options, path });
}

export const derived: ProofOptions = { provenance: 'derived' };

/** The hole that a source leaves which was asked in vain or not at all. */
export function holeOf(answer: { call: Call | null; reason: Reason }, path = ''): Fact<never> {
  return hole(answer.reason, answer.call === null ? [] : proof(answer.call, path));
}

/** A fact that is one field of an answer, or follows from it. */
export function fromField<T, V extends FactValue>(
  call: Call,
  path: string,
  field: Read<T>,
  value: (field: T) => V,
  options: ProofOptions = {},
): Fact<V> {
  const evidence = proof(call, path, options);
  return field.ok ? known(value(field.value), evidence) : hole(field.reason, evidence);
}

/**
 * Why an answer of the API is none, or null where it is one.
 * All of them arrive with status 200.
 */
export function refusal(envelope: XmlNode): Reason | null {
  if (envelope.name !== 'response') return reason('invalid_answer', 'no response element');
  const code = textOf(envelope, 'returncode')?.trim().toUpperCase();
  if (code === 'SUCCESS') return null;
  if (code !== 'FAILED') return reason('invalid_answer', 'no returncode');
  const listed = envelope.children.find((node) => node.name === 'errors')?.children[0];
  const key = (textOf(envelope, 'messageKey') ?? textOf(listed, 'key') ?? '').trim();
  return failure(/^[A-Za-z]{1,40}$/.test(key) ? key : '');
}

function failure(key: string): Reason {
  switch (key) {
    case 'checksumError':
      return reason('not_permitted', 'checksumError: secret or checksum_algorithm is not accepted', {
        kind: 'config',
        name: 'secret',
      });
    case 'missingParameters':
      return reason(
        'not_permitted',
        'missingParameters: the balancer lists recordings only for a given room',
        {
          kind: 'permission',
          name: 'GET_RECORDINGS_API_FILTERED=false',
        },
      );
    case 'unsupportedRequest':
      return reason('not_supported_by_version', 'unsupportedRequest: there is no such call here');
    case 'notFound':
      return reason('not_running', 'notFound');
    case 'internalError':
    case 'serverUnavailable':
    case 'serverTagUnavailable':
    case 'unexpectedError':
    case 'listHookError':
      return reason('unreachable', `${key}: the server could not answer`);
    default:
      return reason('invalid_answer', key === '' ? 'FAILED without a key' : `FAILED: ${key}`);
  }
}

/** @throws what is neither a vendor's misbehaviour nor a refusal: programming errors and aborts. */
export function whyNot(error: unknown): Reason {
  if (error instanceof SourceError || error instanceof XmlError) return error.reason;
  throw error;
}
