import type { Population, Recording, Room, ScanPlan } from './world.ts';

export interface Subject {
  kind: 'room' | 'recording';
  id: string;
  where: 'present' | 'gone' | 'ended' | 'hidden';
  /** Complete lists in a row that did not name it. */
  missed: number;
  /** The last scan met it. */
  met: boolean;
  /** Of a room: what was last read, and whether the last scan that met it could not read it. */
  password: boolean | 'torn' | 'lost';
  lostNow: boolean;
  recordable: boolean;
  tagged: boolean;
  room: string;
  made: number;
  /** When the list that named it was last read: an age stands still after that. */
  readAt: number;
}

export type Absence = 'gone' | 'ended' | 'hidden' | 'nothing';

/** What was seen of rooms and recordings, and when. */
export class Subjects {
  readonly all = new Map<string, Subject>();
  readonly #population: Population;

  constructor(population: Population) {
    this.#population = population;
  }

  meetRoom(room: Room, plan: ScanPlan, now: number): void {
    const old = this.all.get(`room ${room.id}`);
    const lost = plan.detail === 'failed';
    // An older value stands in for what could not be read; an older hole does not.
    const kept = old !== undefined && typeof old.password === 'boolean' ? old.password : 'lost';
    this.all.set(`room ${room.id}`, {
      kind: 'room',
      id: room.id,
      where: 'present',
      missed: 0,
      met: true,
      password: lost ? kept : room.password,
      lostNow: lost,
      recordable: room.recordable,
      tagged: room.tagged,
      room: room.id,
      made: 0,
      readAt: now,
    });
  }

  meetRecording({ id, room, made }: Recording, now: number): void {
    this.all.set(`recording ${id}`, {
      kind: 'recording',
      id,
      where: 'present',
      missed: 0,
      met: true,
      password: 'lost',
      lostNow: false,
      recordable: false,
      tagged: false,
      room,
      made,
      readAt: now,
    });
  }

  absence(kind: 'room' | 'recording', plan: ScanPlan): Absence {
    if (kind === 'recording') return plan.recordings === 'complete' ? 'gone' : 'nothing';
    if (plan.list !== 'complete') return 'nothing';
    return { all: 'gone', running: 'ended', visible: 'hidden' }[this.#population] as 'gone';
  }
}
