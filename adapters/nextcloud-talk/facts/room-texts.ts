import { classificationMarking, type Marking } from '../../contract/marking.ts';
import { Places } from '../../contract/places.ts';
import { has, type Seen } from '../../contract/seen.ts';
import type { Room } from '../schema.ts';
import { holdsPassword } from './password-text.ts';

/** What follows from the texts of a room, and where they stood. */
export interface RoomTexts {
  name: Seen<true>;
  description: Seen<true>;
  /** Place of the first that gives away a password. */
  password: 0 | 1 | null;
  marking: Marking;
}

/** Reads texts of rooms: nearly every room has its own name, and says the same of it as all others. */
export class TextReader {
  readonly #places = new Places();

  read({ name, description }: Pick<Room, 'name' | 'description'>): RoomTexts {
    const texts = [name, description];
    const password = texts.findIndex((text) => has(text) && holdsPassword(text.value));
    return {
      name: this.#places.of(name),
      description: this.#places.of(description),
      password: password === -1 ? null : (password as 0 | 1),
      marking: classificationMarking(texts.filter(has).map(({ value }) => value)),
    };
  }
}
