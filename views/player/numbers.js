// Numbers as people read them.

/** Significant digits: from 0.001 to 99,999 in plain notation, beyond with a power of ten. */
function significant(value, digits) {
  if (value === 0) return "0";
  const rounded = value.toExponential(digits - 1);
  const [mantissa, power] = rounded.split("e");
  const exponent = Number(power);
  if (exponent < -3 || exponent >= 5) return `${mantissa}e${exponent}`;
  return Number(rounded).toFixed(Math.max(0, digits - 1 - exponent));
}

/** Three significant digits, as Python's words.py writes them: "0.0125", "6.80e-7", "182", "1230". */
export function short(value) {
  return Number.isFinite(value) ? significant(value, 3) : "overflow";
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
  return Number.isFinite(value) ? significant(value, digits).replaceAll("-", "−") : "–";
}

/** The same without zeros at the end: "0.01", "1e−8", "300". */
export function plain(value, digits = 4) {
  const [mantissa, exponent] = precise(value, digits).split("e");
  const shorter = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? shorter : `${shorter}e${exponent}`;
}
