import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sarif from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv, type ErrorObject } from 'ajv';
import ajv4 from 'ajv-draft-04';
import formats from 'ajv-formats';

const folder = join(import.meta.dirname, '../../../shared/standards');
const place = (name: string): string => join(folder, name);
const read = (name: string): object => JSON.parse(readFileSync(place(name), 'utf8'));

export type Check = (value: unknown) => string[];

export const schemaFiles = {
  ocsf: 'ocsf-compliance_finding.schema.json',
  oscal: 'oscal-complete-1.2.2.schema.json',
} as const;

/** The published schemas are not part of the repository. */
export const hasSchema = (name: keyof typeof schemaFiles): boolean => existsSync(place(schemaFiles[name]));

export function ocsfCheck(): Check {
  return told(new Ajv({ allErrors: true, strict: false }).compile(read(schemaFiles.ocsf)));
}

export function oscalCheck(): Check {
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  return told(ajv.compile(read(schemaFiles.oscal)));
}

export function sarifCheck(): Check {
  const ajv = new ajv4.default({ allErrors: true, strict: false, unicodeRegExp: false });
  formats.default(ajv);
  return told(ajv.compile(sarif));
}

type Validate = ((value: unknown) => unknown) & { errors?: ErrorObject[] | null };

function told(validate: Validate): Check {
  return (value) => {
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
}
