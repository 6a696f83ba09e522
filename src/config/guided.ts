import { stringify } from 'yaml';
import type { Bilingual } from '../texts/fill.ts';

/** What the guided set-up asks for; every other key of a target is for the file. */
export interface GuidedField {
  /** Path of the key at the target. */
  key: string;
  kind: 'url' | 'text' | 'list' | 'secret' | 'database';
  required: boolean;
  label: Bilingual;
  /** Where it is found, and which right is enough. */
  hint: Bilingual;
}

const same = (text: string): Bilingual => ({ de: text, en: text });

const database = (hint: Bilingual): Omit<GuidedField, 'key'> => ({
  kind: 'database',
  required: false,
  label: {
    de: 'Adresse der Datenbank mit Lesekonto (freiwillig)',
    en: 'Address of the database with a read-only account (optional)',
  },
  hint,
});

/** By vendor, in the order of the form. */
export const guidedFields: Readonly<Record<string, readonly GuidedField[]>> = {
  bigbluebutton: [
    {
      key: 'url',
      kind: 'url',
      required: true,
      label: { de: 'Adresse der Schnittstelle', en: 'Address of the interface' },
      hint: {
        de: 'Auf dem Server: bbb-conf --secret; die Adresse endet auf /bigbluebutton.',
        en: 'On the server: bbb-conf --secret; the address ends in /bigbluebutton.',
      },
    },
    {
      key: 'secret',
      kind: 'secret',
      required: true,
      label: { de: 'Geheimnis der Schnittstelle', en: 'Secret of the interface' },
      hint: {
        de: 'Aus derselben Ausgabe. BigBlueButton kennt keines, das nur lesen darf; Roomwarden ruft damit nur lesende Aufrufe auf.',
        en: 'From the same output. BigBlueButton knows none that may only read; Roomwarden makes reading calls only.',
      },
    },
    {
      key: 'greenlight.url',
      kind: 'url',
      required: false,
      label: { de: 'Adresse von Greenlight (freiwillig)', en: 'Address of Greenlight (optional)' },
      hint: {
        de: 'Wie im Browser; ohne sie bleiben die Einstellungen der Räume ungesehen.',
        en: 'As in the browser; without it the settings of the rooms stay unseen.',
      },
    },
    {
      key: 'greenlight.database',
      ...database({
        de: 'postgres://roomwarden:PASSWORT@HOST/DATENBANK. Die Prüfung nennt das GRANT für die Rolle.',
        en: 'postgres://roomwarden:PASSWORD@HOST/DATABASE. The check names the GRANT for the role.',
      }),
    },
  ],
  jitsi: [
    {
      key: 'url',
      kind: 'url',
      required: true,
      label: { de: 'Adresse', en: 'Address' },
      hint: {
        de: 'Wie im Browser. Ein Konto ist nicht nötig; mehr Quellen nennt die Prüfung.',
        en: 'As in the browser. No account is needed; the check names further sources.',
      },
    },
    {
      key: 'rooms',
      kind: 'list',
      required: false,
      label: { de: 'Bekannte Räume (freiwillig)', en: 'Known rooms (optional)' },
      hint: {
        de: 'Mit Komma getrennt. Jitsi nennt von sich aus keine Liste.',
        en: 'Separated by commas. Jitsi gives no list by itself.',
      },
    },
  ],
  'nextcloud-talk': [
    {
      key: 'url',
      kind: 'url',
      required: true,
      label: { de: 'Adresse der Nextcloud', en: 'Address of the Nextcloud' },
      hint: { de: 'Die Wurzel, an der status.php antwortet.', en: 'The root at which status.php answers.' },
    },
    {
      key: 'user',
      kind: 'text',
      required: true,
      label: { de: 'Prüfkonto', en: 'Auditing account' },
      hint: {
        de: 'Ein einfaches Konto ohne Verwaltungsrechte: occ user:add --display-name Roomwarden auditor',
        en: 'A plain account without administrative rights: occ user:add --display-name Roomwarden auditor',
      },
    },
    {
      key: 'password',
      kind: 'secret',
      required: true,
      label: { de: 'App-Passwort des Prüfkontos', en: 'App password of the auditing account' },
      hint: same('occ user:auth-tokens:add auditor'),
    },
    {
      key: 'database',
      ...database({
        de: 'postgres:// oder mysql://, mit Sichten ohne Nachrichten und Kennwörter. Die Prüfung nennt die Befehle dafür.',
        en: 'postgres:// or mysql://, with views without messages and passwords. The check names the statements for it.',
      }),
    },
  ],
  rocketchat: [
    {
      key: 'url',
      kind: 'url',
      required: true,
      label: { de: 'Adresse', en: 'Address' },
      hint: { de: 'Die Wurzel, an der /api/info antwortet.', en: 'The root at which /api/info answers.' },
    },
    {
      key: 'user_id',
      kind: 'secret',
      required: true,
      label: { de: 'Kennung des Prüfkontos', en: 'User id of the auditing account' },
      hint: {
        de: 'Mein Konto > Persönliche Zugriffstoken nennt sie neben dem Token. Fehlende Rechte nennt die Prüfung.',
        en: 'My Account > Personal Access Tokens shows it beside the token. The check names missing permissions.',
      },
    },
    {
      key: 'token',
      kind: 'secret',
      required: true,
      label: { de: 'Persönliches Zugriffstoken', en: 'Personal access token' },
      hint: {
        de: 'Mein Konto > Persönliche Zugriffstoken > Hinzufügen, ohne Zwei-Faktor-Abfrage.',
        en: 'My Account > Personal Access Tokens > Add, without asking for a second factor.',
      },
    },
  ],
};

export interface Guided {
  vendor: string;
  id: string;
  schedule: string;
  /** By key; secrets in clear. */
  values: Readonly<Record<string, string>>;
}

export interface GuidedProblem {
  key: string;
  message: Bilingual;
}

const isSecret = ({ kind }: GuidedField): boolean => kind === 'secret' || kind === 'database';

/** What cannot be asked for here: addresses are judged later, as those of the file are. */
export function guidedProblems({ vendor, values }: Guided): GuidedProblem[] {
  const fields = guidedFields[vendor] ?? [];
  const strange = Object.keys(values).filter((key) => !fields.some((field) => field.key === key));
  return [
    ...strange.map((key) => ({ key, message: words.strange })),
    ...fields.flatMap((field) => {
      const value = values[field.key] ?? '';
      if (value === '') return field.required ? [{ key: field.key, message: words.missing }] : [];
      if (/\p{Cc}/u.test(value)) return [{ key: field.key, message: words.control }];
      if (field.kind === 'database' && !/^(?:postgres|postgresql|mysql):\/\/[^/]/i.test(value))
        return [{ key: field.key, message: words.database }];
      return [];
    }),
  ];
}

/** Key to value of what must not stand in the configuration. */
export function guidedSecrets({ vendor, values }: Guided): Map<string, string> {
  const secret = (guidedFields[vendor] ?? []).filter(isSecret);
  return new Map(
    secret.flatMap(({ key }) => {
      const value = values[key] ?? '';
      return value === '' ? [] : [[key, value] as const];
    }),
  );
}

/** The entry as it stands in a file; `place` gives the path of a secret. */
export function guidedText(guided: Guided, place: (key: string) => string): string {
  const { id, vendor, schedule, values } = guided;
  const entry: Record<string, unknown> = { id, vendor };
  for (const field of guidedFields[vendor] ?? []) {
    const value = values[field.key] ?? '';
    if (value === '') continue;
    put(entry, field.key.split('.'), isSecret(field) ? { file: place(field.key) } : plain(field, value));
  }
  return stringify({ targets: [{ ...entry, schedule }] });
}

function plain({ kind }: GuidedField, value: string): unknown {
  if (kind !== 'list') return value;
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function put(group: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    group[first] = value;
    return;
  }
  const inner = (group[first] ?? {}) as Record<string, unknown>;
  group[first] = inner;
  put(inner, rest, value);
}

const words = {
  strange: { de: 'Danach fragt die Einrichtung nicht.', en: 'The set-up does not ask for this.' },
  missing: { de: 'Diese Angabe fehlt.', en: 'This is missing.' },
  control: {
    de: 'Steuerzeichen und Zeilenumbrüche gehören nicht hierher.',
    en: 'Control characters and line ends do not belong here.',
  },
  database: {
    de: 'Hier steht eine Adresse, die mit postgres:// oder mysql:// beginnt.',
    en: 'An address that begins with postgres:// or mysql:// stands here.',
  },
} satisfies Record<string, Bilingual>;
