import { z } from 'zod';
import type { AdapterContext } from '../contract/adapter.ts';
import { Distinct } from '../contract/distinct.ts';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import { SourceError } from '../contract/http.ts';
import { classificationMarking } from '../contract/marking.ts';
import { rangesAt } from '../contract/slices.ts';
import type { ReadOnlySql } from '../contract/sql.ts';
import type { KeyRange } from '../contract/subject.ts';
import { type Answer, answered, type Call, whyNot } from './answer.ts';
import { grouped, mapRead } from './reads.ts';
import type { Read } from './schema.ts';
import { pageSize, type StatementName } from './statements.ts';
import {
  type GreenlightData,
  notThere,
  OptionRow,
  type Role,
  RoomRow,
  type SiteValues,
  type StoredRoom,
  siteKey,
  storedCodes,
  storedOptions,
  wrongRow,
} from './stored.ts';

/** Greenlight's database, asked page by page; what one table refuses costs the facts that rest on it. */
export class GreenlightDatabase {
  readonly #sql: ReadOnlySql;
  readonly #context: Pick<AdapterContext, 'now'>;
  /** Statements that failed once are not asked for every page again. */
  readonly #failed = new Map<StatementName, Reason>();
  /** Lists of roles that rooms are shared with: of two that are alike there is one. */
  readonly #roleLists = new Distinct<readonly string[]>();
  #view: boolean | null = null;

  /** @param view whether the view for codes is there, if that is known already */
  constructor(sql: ReadOnlySql, context: Pick<AdapterContext, 'now'>, view: boolean | null = null) {
    this.#sql = sql;
    this.#context = context;
    this.#view = view;
  }

  /** What holds for all rooms; a reason where the rooms themselves cannot be read. */
  async askAll(): Promise<Answer<GreenlightData>> {
    const call = this.#call('rooms');
    const view = await this.#read('view', [], z.object({ given: z.boolean() }));
    if (!view.ok) return { call, reason: view.reason };
    this.#view = view.value[0]?.given === true;
    const rooms = await this.#rooms('first_rooms', ['', '']);
    if (!rooms.ok) return { call, reason: rooms.reason };
    return {
      call,
      value: {
        call,
        site: await this.#site(),
        roles: await this.#roles(),
        visibility: await this.#visibility(),
        storage: await this.#storage(),
        codeMissing: await this.#codeMissing(),
        privileges: await this.privileges(),
      },
    };
  }

  /** Rooms of the given meetings, as far as they are Greenlight's. */
  async byMeeting(ids: readonly string[]): Promise<Answer<StoredRoom[]>> {
    const call = this.#call('running_rooms');
    const found: StoredRoom[] = [];
    for (let from = 0; from < ids.length; from += pageSize) {
      const rows = await this.#rooms('running_rooms', [ids.slice(from, from + pageSize)]);
      if (!rows.ok) return { call, reason: rows.reason };
      found.push(...(await this.#complete(rows.value)));
    }
    return { call, value: found };
  }

  /** The rooms cut into ranges of so many each; null: there are no more than that, or it cannot be told. */
  async split(size: number): Promise<KeyRange[] | null> {
    const Row = z.object({ meeting_id: z.string().min(1) });
    const cuts = await this.#read('cuts', [size], Row);
    // Rooms are asked for all the same.
    this.#failed.delete('cuts');
    if (!cuts.ok || cuts.value.length === 0) return null;
    return rangesAt(
      cuts.value.map(({ meeting_id }) => meeting_id),
      '',
    );
  }

  /** Every room in the order of its meeting's id; ends with the reason where it breaks off. */
  async *pages(range: KeyRange | null): AsyncGenerator<Answer<StoredRoom[]>> {
    const call = this.#call('rooms');
    let rows = await this.#rooms('first_rooms', [range?.from ?? null, range?.to ?? null]);
    for (;;) {
      if (!rows.ok) {
        yield { call, reason: rows.reason };
        return;
      }
      yield { call, value: await this.#complete(rows.value) };
      const last = rows.value.at(-1);
      if (last === undefined || rows.value.length < pageSize) return;
      rows = await this.#rooms('rooms', [last.meeting_id, range?.to ?? null]);
    }
  }

  /** Asks what every page asks, for no room: whether it may. */
  async probeRooms(): Promise<void> {
    const none = ['00000000-0000-0000-0000-000000000000'];
    const row = z.unknown();
    for (const name of [this.#optionStatement(), 'shared', 'presentations', 'room_recordings'] as const)
      await this.#read(name, [none], row);
  }

  #optionStatement(): 'options' | 'options_of_view' {
    return this.#view === true ? 'options_of_view' : 'options';
  }

  async privileges(): Promise<Read<string[]>> {
    const flags = await this.#read('privileges', [], Privileges);
    if (!flags.ok) return flags;
    const [row] = flags.value;
    if (row === undefined) return notThere(wrongRow('the catalogue'));
    return {
      ok: true,
      value: Object.keys(excess)
        .filter((key) => row[key as keyof typeof excess])
        .map((key) => excess[key as keyof typeof excess]),
    };
  }

  /** Codes are read through the view, so that this account cannot see them; null: not asked yet. */
  get usesView(): boolean | null {
    return this.#view;
  }

  /** Statements that were refused so far. */
  get refused(): ReadonlyMap<StatementName, Reason> {
    return this.#failed;
  }

  #call(statement: StatementName): Call {
    return { source: 'GS', locator: this.#sql.locator(statement), at: this.#context.now(), serverDate: null };
  }

  async #read<T>(
    statement: StatementName,
    parameters: readonly unknown[],
    schema: z.ZodType<T>,
  ): Promise<Read<T[]>> {
    const before = this.#failed.get(statement);
    if (before !== undefined) return notThere(before);
    const rows: T[] = [];
    try {
      for await (const row of this.#sql.query(statement, parameters)) {
        const parsed = schema.safeParse(row);
        if (!parsed.success) return notThere(wrongRow(statement));
        rows.push(parsed.data);
      }
      return { ok: true, value: rows };
    } catch (error) {
      const why = whyNot(error);
      if (error instanceof SourceError) this.#failed.set(statement, why);
      return notThere(why);
    }
  }

  /** Each room once: of two rows for one meeting nobody knows which holds. */
  async #rooms(
    statement: 'first_rooms' | 'rooms' | 'running_rooms',
    parameters: readonly unknown[],
  ): Promise<Read<RoomRow[]>> {
    const rows = await this.#read(statement, parameters, RoomRow);
    if (!rows.ok) return rows;
    const twice =
      new Set(rows.value.map(({ meeting_id }) => meeting_id)).size < rows.value.length ||
      new Set(rows.value.map(({ id }) => id)).size < rows.value.length;
    return twice ? notThere(reason('invalid_answer', 'a room comes twice')) : rows;
  }

  /** The rest of what is known of the rooms of one page. */
  async #complete(rows: readonly RoomRow[]): Promise<StoredRoom[]> {
    if (rows.length === 0) return [];
    const keys = rows.map(({ id }) => id);
    const options = await this.#read(this.#optionStatement(), [keys], OptionRow);
    const shared = await this.#read(
      'shared',
      [keys],
      z.object({ room_id: z.string(), roles: z.array(z.string().nullable()) }),
    );
    const files = await this.#read(
      'presentations',
      [keys],
      z.object({ room_id: z.string(), number: z.number().int() }),
    );
    const records = await this.#read(
      'room_recordings',
      [keys],
      z.object({ room_id: z.string(), record_id: z.string() }),
    );
    const optionsOf = grouped(options, ({ room_id }) => room_id);
    const sharedOf = grouped(shared, ({ room_id }) => room_id);
    const filesOf = grouped(files, ({ room_id }) => room_id);
    const recordsOf = grouped(records, ({ room_id }) => room_id);
    return rows.map((row) => ({
      key: row.id,
      id: row.meeting_id,
      friendlyId: row.friendly_id,
      name: row.name,
      mark: row.name === null ? null : classificationMarking([row.name]),
      provider: row.provider,
      ownerRole: row.owner_role,
      options: optionsOf.ok ? storedOptions(optionsOf.value(row.id)) : optionsOf,
      codes: optionsOf.ok ? storedCodes(optionsOf.value(row.id)) : optionsOf,
      sharedRoles: mapRead(sharedOf, (of) => {
        const roles = of(row.id).flatMap((shared) => shared.roles.filter((role) => role !== null));
        return this.#roleLists.of(roles, () => roles);
      }),
      presentations: mapRead(filesOf, (of) => of(row.id)[0]?.number ?? 0),
      recordings: mapRead(recordsOf, (of) => of(row.id).map(({ record_id }) => record_id)),
    }));
  }

  async #site(): Promise<Read<SiteValues>> {
    const Row = z.object({ provider: z.string().nullable(), name: z.string(), value: z.string().nullable() });
    const rows = await this.#read('site', [], Row);
    return mapRead(
      rows,
      (all) => new Map(all.map(({ provider, name, value }) => [siteKey(provider, name), value])),
    );
  }

  async #roles(): Promise<GreenlightData['roles']> {
    const Row = z.object({ id: z.string(), provider: z.string().nullable(), records: z.boolean() });
    const rows = await this.#read('roles', [], Row);
    return mapRead(rows, (all) => new Map<string, Role>(all.map(({ id, ...role }) => [id, role])));
  }

  async #visibility(): Promise<GreenlightData['visibility']> {
    const rows = await this.#read(
      'visibility',
      [],
      z.object({ record_id: z.string().nullable(), public: z.boolean() }),
    );
    return mapRead(rows, (all) => {
      const known = new Map<string, boolean | null>();
      for (const { record_id, public: open } of all) {
        const id = record_id === null ? null : cleanText(record_id);
        if (id !== null) known.set(id, (known.get(id) ?? open) === open ? open : null);
      }
      return known;
    });
  }

  async #storage(): Promise<GreenlightData['storage']> {
    const rows = await this.#read('storage', [], z.object({ service_name: z.string() }));
    return mapRead(rows, (all) => all.map(({ service_name }) => service_name));
  }

  async #codeMissing(): Promise<Read<boolean>> {
    const name = this.#view === true ? 'code_missing_of_view' : 'code_missing';
    return mapRead(
      await this.#read(name, [], z.object({ missing: z.boolean() })),
      ([row]) => row?.missing === true,
    );
  }
}

/** Columns of the statement on privileges, and what each is called in the list. */
const excess = {
  superuser: 'sql:superuser',
  inserts: 'sql:insert',
  updates: 'sql:update',
  deletes: 'sql:delete',
  emails: 'sql:users.email',
  names: 'sql:users.name',
  passwords: 'sql:users.password_digest',
  tenants: 'sql:tenants.client_secret',
  codes: 'sql:access_codes',
} as const;
const Privileges = z.record(z.enum(Object.keys(excess) as (keyof typeof excess)[]), z.boolean());

/** Why the database gave less than everything, or null. */
export function databaseGap(data: Answer<GreenlightData> | null): Reason | null {
  if (data === null) return null;
  if (!answered(data)) return data.reason;
  const { site, roles, visibility, storage, codeMissing, privileges } = data.value;
  for (const part of [site, roles, visibility, storage, codeMissing, privileges])
    if (!part.ok) return part.reason;
  return null;
}
