import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { ConfigError } from '../../src/config/issues.ts';
import { type GuidedFiles, guidedFiles, keepGuided } from '../../src/config/keep.ts';
import { loadConfig } from '../../src/config/load.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function place(main: string, fragments: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-fragments-'));
  folders.push(folder);
  writeFileSync(join(folder, 'roomwarden.yaml'), main);
  mkdirSync(join(folder, 'data/config.d'), { recursive: true });
  for (const [name, text] of Object.entries(fragments))
    writeFileSync(join(folder, 'data/config.d', name), text);
  return folder;
}

const load = (folder: string) => loadConfig(join(folder, 'roomwarden.yaml'), adapters);
const meet = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';

async function faults(folder: string): Promise<string[]> {
  try {
    await load(folder);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.issues.map(
        ({ file, line, path, message }) => `${file.replace(folder, '')}:${line} ${path}: ${message.en}`,
      );
    throw error;
  }
  return [];
}

describe('config.d below the data folder', () => {
  it('adds targets, whose paths begin at its own folder, in the order of the names', async () => {
    const chat =
      'targets:\n  - { id: chat, vendor: rocketchat, url: https://chat.example.org, user_id: { file: ../secrets/chat/user_id }, token: { env: T }, conference_target: meet }\n';
    const folder = place(`data: ./data\n${meet}`, {
      'b.yaml': chat,
      'a.yaml': meet.replaceAll('meet', 'm2'),
    });
    const { targets, secrets } = await load(folder);
    expect(targets.map(({ id }) => id)).toEqual(['meet', 'm2', 'chat']);
    expect(secrets.map(({ ref }) => ref)).toContainEqual({ file: join(folder, 'data/secrets/chat/user_id') });
  });

  it('is enough: the file itself may name none', async () => {
    expect((await load(place('targets: []\n', { 'a.yaml': meet }))).targets.length).toBe(1);
    expect((await load(place('targets: []\n', {}))).targets).toEqual([]);
    expect((await load(place('targets: []\n', { '.draft-1': 'x: [', 'note.txt': 'x' }))).targets).toEqual([]);
  });

  it('that is a file is refused: its targets would be missing in silence', async () => {
    const folder = place(meet, {});
    rmSync(join(folder, 'data/config.d'), { recursive: true });
    writeFileSync(join(folder, 'data/config.d'), '');
    await expect(load(folder)).rejects.toMatchObject({ code: 'RW1002' });
  });

  it('is nothing where the data folder is a file: that is told when it is opened', async () => {
    const folder = place(meet, {});
    rmSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data'), '');
    expect((await load(folder)).targets).toHaveLength(1);
  });

  it.each([
    [{ 'a.yaml': meet }, ['/data/config.d/a.yaml:2 targets[0].id: A target with this id stands in']],
    [{ 'a.yaml': 'listen: {}\ntargets: []\n' }, ['/data/config.d/a.yaml:1 listen: In config.d stands only']],
    [{ 'a.yaml': 'x' }, ['/data/config.d/a.yaml:1 : In config.d stands only targets']],
    [{ 'a.yaml': 'targets: [' }, ['/data/config.d/a.yaml:1 : The text is not valid YAML here']],
  ])('%j is refused with its place', async (fragments, expected) => {
    const found = await faults(place(meet, fragments as never));
    expect(found.map((fault, at) => fault.slice(0, expected[at]?.length))).toEqual(expected);
  });
});

describe('what the set-up writes', () => {
  const guided = {
    vendor: 'bigbluebutton',
    id: 'bbb',
    schedule: '0 * * * *',
    values: {
      url: 'https://bbb.example.org/bigbluebutton',
      secret: 's3cr3t: "x" # y',
      'greenlight.url': 'https://konferenz.example.org',
    },
  };
  const modes = (files: GuidedFiles): number[] =>
    [files.fragment.file, ...files.secrets.keys()].map((path) => statSync(path).mode & 0o777);

  it('is what the configuration reads, the secret in a file of its own for this account alone', async () => {
    const folder = place('targets: []\n', {});
    const files = guidedFiles(join(folder, 'data'), guided);
    await keepGuided(files);
    expect(modes(files)).toEqual([0o600, 0o600]);
    expect(files.fragment.text).not.toContain('s3cr3t');
    const { targets, secrets } = await load(folder);
    expect(targets[0]?.settings).toMatchObject({
      id: 'bbb',
      url: guided.values.url,
      greenlight: { url: 'https://konferenz.example.org' },
    });
    expect(secrets.map(({ ref }) => ref)).toEqual([{ file: join(folder, 'data/secrets/bbb/secret') }]);
  });

  it('never writes over what is there, and takes back what it wrote before', async () => {
    const folder = place('targets: []\n', { 'bbb.yaml': meet });
    const files = guidedFiles(join(folder, 'data'), guided);
    await expect(keepGuided(files)).rejects.toThrow(/^RW1023 /);
    for (const path of files.secrets.keys()) expect(() => statSync(path)).toThrow('ENOENT');
  });
});
