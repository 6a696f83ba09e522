import { basename } from 'node:path';
import type { AdapterContext } from '../contract/adapter.ts';
import { type Reason, reason } from '../contract/fact.ts';
import { type FileRead, type HostPart, readFiles } from '../contract/files.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type HoconFile, readHocon } from './hocon.ts';
import { type ProsodyConfig, readProsodyConfig, Undecidable } from './prosody-config.ts';
import { filesOf, type JitsiSettings } from './schema.ts';
import type { Seen } from './seen.ts';

/** The mounted files, read and never run. Several files of one host are one configuration, in their order. */
export async function readServerFiles(
  context: AdapterContext,
  settings: JitsiSettings,
): Promise<Pick<Seen, 'environment' | 'prosody' | 'focus'>> {
  const read = async <T>(
    key: 'env_file' | 'prosody_config' | 'jicofo_config',
    parse: (texts: [name: string, text: string][]) => T,
  ): Promise<HostPart<T>[]> => partsOf(await readFiles(filesOf(settings, key), context.now), parse);
  return {
    environment: await read<Environment>('env_file', (texts) => readEnvironment(joined(texts))),
    prosody: await read<ProsodyConfig>('prosody_config', (texts) => readProsodyConfig(joined(texts))),
    focus: await read<HoconFile>('jicofo_config', readFocus),
  };
}

function joined(texts: [name: string, text: string][]): string {
  return texts.map(([, text]) => text).join('\n');
}

/** The first file is the configuration, the others are what it may take in. */
function readFocus(texts: [name: string, text: string][]): HoconFile {
  const [first, ...others] = texts;
  return readHocon(first?.[1] ?? '', new Map(others));
}

function partsOf<T>(files: readonly FileRead[], parse: (texts: [string, string][]) => T): HostPart<T>[] {
  const hosts = [...new Set(files.map((file) => file.host))];
  return hosts.flatMap((host): HostPart<T>[] => {
    const own = files.filter((file) => file.host === host);
    const file = own.find((each) => 'reason' in each) ?? own[0];
    if (file === undefined) return [];
    return [{ host, file, content: contentOf(own, parse) }];
  });
}

function contentOf<T>(
  own: readonly FileRead[],
  parse: (texts: [string, string][]) => T,
): { value: T } | { reason: Reason } {
  const texts: [string, string][] = [];
  for (const file of own) {
    if ('reason' in file) return { reason: file.reason };
    texts.push([basename(file.name), file.text]);
  }
  try {
    return { value: parse(texts) };
  } catch (error) {
    if (error instanceof Undecidable) return { reason: reason('undecidable', error.message) };
    if (!(error instanceof SyntaxError)) throw error;
    // The message of the parser may quote the file, and with it a secret.
    return { reason: reason('invalid_answer', 'the file cannot be read as its server would') };
  }
}
