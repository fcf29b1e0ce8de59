/**
 * What follows from an answer, made once for as long as `ask` gives the very same promise. So do reads of the store that are
 * remembered (store/sqlite/remembered.ts): whoever asks at each request then pays for a comparison.
 *
 * @param otherwise what there is instead where the answer is a fault
 */
export function derivedFrom<Answer, Derived>(
  ask: () => Promise<Answer>,
  derive: (answer: Answer) => Derived | Promise<Derived>,
  otherwise?: (fault: unknown) => Derived,
): () => Promise<Derived> {
  let asked: Promise<Answer> | undefined;
  let derived: Promise<Derived> | undefined;
  return () => {
    const answer = ask();
    if (answer === asked && derived !== undefined) return derived;
    const made = answer.then(derive, otherwise);
    asked = answer;
    derived = made;
    // A fault is nobody's answer but that of who met it.
    made.catch(() => {
      if (derived === made) derived = undefined;
    });
    return made;
  };
}
