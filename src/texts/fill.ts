export type Language = 'de' | 'en';

export type TextParams = Readonly<Record<string, string | number>>;

/** Names in braces of a template, as a union: `'{a} of {b}'` gives `'a' | 'b'`. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | Placeholders<Rest>
  : never;

/** Replaces `{name}`; a name without a parameter stays, so that a gap is seen instead of vanishing. */
export function fillIn(template: string, params: TextParams): string {
  return template.replace(/\{(\w+)\}/g, (braces, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : braces,
  );
}

/** A sentence that a person sees. */
export interface Bilingual {
  de: string;
  en: string;
}
