import { hostname } from 'node:os';
import type { Config } from '../config/types.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Language } from '../texts/index.ts';

/** What a format says besides the event: who tells it, in which language, and from where. */
export interface ExportContext {
  catalogue: Catalogue;
  /** Of the product. */
  version: string;
  /** Of texts in formats that hold only one. */
  language: Language;
  /** Name of this instance. */
  host: string;
  /** Private enterprise number behind the names of structured data in syslog. */
  enterprise: number;
  /** Host name of a target; null where none is known. */
  hostOf(target: string): string | null;
}

/** Number that RFC 5612 keeps for documentation: stands for "none was configured". */
export const documentationNumber = 32_473;

/** @param config null where there is none: facts from a file */
export function exportContext(
  config: Pick<Config, 'export' | 'targets'> | null,
  { catalogue, version, language }: Pick<ExportContext, 'catalogue' | 'version'> & { language?: Language },
): ExportContext {
  const hosts = new Map(config?.targets.map((target) => [target.id, hostIn(target.settings)]));
  return {
    catalogue,
    version,
    language: language ?? config?.export.language ?? 'de',
    host: config?.export.host ?? hostname(),
    enterprise: config?.export.enterprise_number ?? documentationNumber,
    hostOf: (target) => hosts.get(target) ?? null,
  };
}

/** Only the host: addresses may hold paths that are secret. */
function hostIn(settings: Readonly<Record<string, unknown>>): string | null {
  const { url } = settings;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : null;
}
