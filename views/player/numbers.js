// Numbers as people read them.

/** Three significant digits: "0.0125", "6.80e-7", "182". */
export function short(value) {
  if (!Number.isFinite(value)) return "overflow";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2).replace("e+", "e");
  return value.toPrecision(3);
}

/** A coordinate rounded to what a pixel can tell apart, so that a drag gives numbers that people can repeat. */
export function roundToPixel(value, unitsPerPixel) {
  const digits = Math.max(0, Math.ceil(-Math.log10(unitsPerPixel)));
  return Number(value.toFixed(Math.min(digits, 12)));
}

/** The value nearest to `value` within [low, high]. */
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Significant digits, four of them, with a true minus: "0.01250", "−6.800e−7", "181.6"; a dash for what is no number. */
export function precise(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  return text.replace("e+", "e").replaceAll("-", "−");
}

/** The same without zeros at the end: "0.01", "1e−8", "300". */
export function plain(value, digits = 4) {
  const [mantissa, exponent] = precise(value, digits).split("e");
  const shorter = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? shorter : `${shorter}e${exponent}`;
}
