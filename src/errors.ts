import { errorTable } from './texts/errors.ts';
import { fillIn, type Language, type Placeholders, type TextParams } from './texts/fill.ts';

export { errorTable };
export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as ErrorCode[];

/** The parameters that the English pattern of a code names. */
export type ErrorParams<Code extends ErrorCode> = {
  readonly [Name in Placeholders<(typeof errorTable)[Code]['en']>]: string | number;
};

/** An error that a person can act on. Parameters never hold secrets, names of persons or join links. */
export class RoomwardenError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'RoomwardenError';
  readonly code: Code;
  readonly params: TextParams;
  readonly exitCode: 2 | 3 | 4;

  constructor(code: Code, params: ErrorParams<Code>, options?: ErrorOptions) {
    super(`${code} ${fillIn(errorTable[code].en, params)}`, options);
    this.code = code;
    this.params = params;
    this.exitCode = errorTable[code].exit;
  }

  /** What happened and where. */
  what(language: Language): string {
    return fillIn(errorTable[this.code][language], this.params);
  }

  todo(language: Language): string {
    const row = errorTable[this.code];
    return fillIn(language === 'de' ? row.todoDe : row.todoEn, this.params);
  }

  /** For stderr: the code, what happened, and on a second line what to do. */
  text(language: Language): string {
    return `${this.code}: ${this.what(language)}\n  ${this.todo(language)}`;
  }
}
