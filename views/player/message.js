// Messages from Python as bytes: the other side of message.py, which describes the layout.

const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };
const HEADER_LENGTH_BYTES = 4;

/** The body of a message, its arrays as typed arrays (two-dimensional ones as a list of rows). */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer; // a copy of its own is aligned, as typed arrays must be
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEADER_LENGTH_BYTES, headerLength)));
  const arrays = header.arrays.map(({ dtype, shape, offset }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const flat = new KINDS[dtype](buffer, HEADER_LENGTH_BYTES + headerLength + offset, size);
    return shape.length === 2 ? rows(flat, shape) : flat;
  });
  return fill(header.body, arrays);
}

function rows(flat, [count, width]) {
  return Array.from({ length: count }, (_, row) => flat.subarray(row * width, (row + 1) * width));
}

function fill(value, arrays) {
  if (Array.isArray(value)) return value.map((item) => fill(item, arrays));
  if (value === null || typeof value !== "object") return value;
  if ("array" in value) return arrays[value.array];
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, arrays)]));
}
