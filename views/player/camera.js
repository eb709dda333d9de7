// The camera of a Plotly scene, worked out from its public layout: where a point of the scene is on the screen.

const FIELD_OF_VIEW = Math.PI / 4; // Plotly's own, up and down

const subtract = (a, b) => a.map((value, axis) => value - b[axis]);
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => a.map((value) => value / Math.hypot(...a));
const triple = ({ x, y, z }) => [x, y, z];

/**
 * A projection for a scene's `ranges` (x, y, z, each [low, high]), `aspect` ratio and `camera`, drawn on `size` pixels.
 * `toScene` brings data to the cube that the camera looks at, `toPixel` from there to [x, y] on the screen.
 */
export function projection({ ranges, aspect, camera, size }) {
  const [eye, center, up] = [camera.eye, camera.center, camera.up ?? { x: 0, y: 0, z: 1 }].map(triple);
  const forward = unit(subtract(center, eye));
  const right = unit(cross(forward, up));
  const above = cross(right, forward);
  const scale = size.height / 2 / Math.tan(FIELD_OF_VIEW / 2);
  const axes = [ranges.x, ranges.y, ranges.z];
  const ratios = triple(aspect);
  return {
    eye,
    toScene: (point) => point.map((value, axis) => {
      const [low, high] = axes[axis];
      return ((value - low) / (high - low) - 0.5) * ratios[axis];
    }),
    toPixel: (place) => {
      const ray = subtract(place, eye);
      const depth = dot(ray, forward);
      return [size.width / 2 + (scale * dot(ray, right)) / depth, size.height / 2 - (scale * dot(ray, above)) / depth];
    },
  };
}

/** Whether the ground hides a place of the cube from the eye; `heightAt(x, y)` is the ground there, NaN beyond it. */
export function isHidden(place, eye, heightAt, samples = 48) {
  const ray = subtract(eye, place);
  for (let sample = 1; sample <= samples; sample++) {
    const share = sample / samples;
    const [x, y, z] = place.map((value, axis) => value + share * ray[axis]);
    const ground = heightAt(x, y);
    if (Number.isNaN(ground)) return false; // beyond the edge of the relief nothing stands in the way
    if (ground > z + TOLERANCE) return true;
  }
  return false;
}

const TOLERANCE = 0.004; // of the cube: a path lies on the ground, and must not hide behind its own grid cell
