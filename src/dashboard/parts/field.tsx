import type { ComponentChildren } from 'preact';

interface FieldProps {
  id: string;
  label: string;
  /** Stands below the field and is read with it. */
  hint?: string | undefined;
  children: ComponentChildren;
}

/** A label, its field and what is to be known of it; the field itself carries `id` and `aria-describedby`. */
export function Field({ id, label, hint, children }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** What a form says, without its empty fields. */
export function given(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}

/** A day `days` from now as a date field has it. */
export const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
