/** `unreachable`: try later; `refused`: the answer does not prove who it is; `no_role`: known, but without rights here. */
export type LoginFailure = 'unreachable' | 'refused' | 'no_role';

/** `code` is of a closed set of words; the library's own errors quote claims and are dropped. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
  readonly kind: LoginFailure;
  readonly code: string;
  constructor(kind: LoginFailure, code: string) {
    super(`${kind}: ${code}`);
    this.kind = kind;
    this.code = code;
  }
}
