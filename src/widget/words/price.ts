/**
 * @param currency ISO 4217 code; anything else gives a plain number
 * @returns the price in a language, without decimals if it is a whole number
 */
export function formatPrice(
  amount: number,
  currency: string | undefined,
  language: string,
): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(language, {
    ...(currency && /^[a-z]{3}$/i.test(currency) ? { style: 'currency', currency } : {}),
    ...(digits === 0
      ? { maximumFractionDigits: 0 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  }).format(amount);
}
