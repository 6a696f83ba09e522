/**
 * Three values as two bits, so that `&&` is `&` and `||` is `|`: no 0, undecided 1, yes 3. Every register has its
 * opposite behind it, so that `!` costs nothing.
 */
export interface Truths {
  values: Uint8Array;
  /** Where the truth of the boolean fact at this slot goes; `scratch` where no condition asks it alone. */
  registerOf(slot: number): number;
}

/** Holds yes and, behind it, no. */
export const certain = 0;
/** Two registers that nobody reads. */
export const scratch = 2;
export const firstRegister = 4;
