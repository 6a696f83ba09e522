/** Values that are remembered at once. */
const most = 4_096;

interface Place<T> {
  next: Map<unknown, Place<T>>;
  made: { value: T } | null;
}

const nowhere = <T>(): Place<T> => ({ next: new Map(), made: null });

/** One value for each different list of plain values: the first that was made. */
export class Distinct<T> {
  #first: Place<T> = nowhere();
  #count = 0;

  of(said: readonly unknown[], make: () => T): T {
    let place = this.#first;
    for (const one of said) {
      let next = place.next.get(one);
      if (next === undefined) {
        next = nowhere();
        place.next.set(one, next);
      }
      place = next;
    }
    if (place.made !== null) return place.made.value;
    const value = make();
    place.made = { value };
    this.#count += 1;
    if (this.#count >= most) {
      this.#first = nowhere();
      this.#count = 0;
    }
    return value;
  }
}
