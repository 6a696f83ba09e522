/** A number other than the one that BigBlueButton gives out where no telephone access exists. */
export function isTelephoneNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  return digits !== '' && digits !== '6135551234';
}
