import { Distinct } from '../contract/distinct.ts';
import { classificationMarking, type Marking, strongerMarking } from '../contract/marking.ts';
import { Places } from '../contract/places.ts';
import { has, type Seen } from '../contract/seen.ts';

/** A word for a password with what follows it. */
const passwordText =
  /(?<![\p{L}\p{N}])(?:passwort|kennwort|zugangscode|zugangswort|password|passcode|passphrase|pwd|pin)(?:\s+(?:lautet|ist|is))?\s*[:=\u2013-]?\s*["'„“»]?(?=[^\s]*[\p{L}\p{N}])\S{3,}/iu;
const talksAboutOnly =
  /(?<![\p{L}\p{N}])(?:passwort|kennwort|password|passcode|pin)\s+(?:wird|kommt|folgt|erhalten|gibt|steht|per|im|in|auf|bei|von|vom|nicht|will|by|from|on|not|see|siehe|und|oder|and|or|required|erforderlich|protected|geschützt)(?![\p{L}\p{N}])/giu;
/** An address that carries its secret. */
const secretInLink = /https?:\/\/\S+[?&](?:password|pwd|pin|jwt)=[^\s&]+/i;
/** Stands in whatever one of them finds. */
const hint = /passwor|kennwort|zugang|pass[cp]|pwd|pin|jwt/iu;

const holdsPassword = (text: string): boolean =>
  hint.test(text) && (secretInLink.test(text) || passwordText.test(text.replaceAll(talksAboutOnly, ' ')));

/** What follows from the texts of a room in one list, and where they stood; the texts stay behind. */
export interface RoomTexts {
  places: readonly Seen<true>[];
  /** The string leaves of the custom fields. */
  custom: Seen<true>;
  /** Place of the first that gives away a password; -1: none. */
  password: number;
  /** The strongest in all of them. */
  marking: Marking;
}

/** Nearly every room has its own name, and says the same by it as all others. */
export class TextReader {
  readonly #places = new Places();
  readonly #alike = new Distinct<RoomTexts>();

  read(texts: readonly Seen<string>[], fields: Seen<string[]>): RoomTexts {
    const places = texts.map((text) => this.#places.of(text));
    const custom = this.#places.of(fields);
    const password = texts.findIndex((text) => has(text) && holdsPassword(text.value));
    const said = [
      ...texts.flatMap((text) => (has(text) ? [text.value] : [])),
      ...(has(fields) ? fields.value : []),
    ];
    const marking = said
      .map((text) => classificationMarking([text]))
      .reduce<Marking>(strongerMarking, 'none');
    return this.#alike.of([...places, custom, password, marking], () => ({
      places,
      custom,
      password,
      marking,
    }));
  }
}
