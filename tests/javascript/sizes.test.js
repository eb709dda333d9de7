// The room that each part of the stage gets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { areaSizes, MEDIUM, WIDE } from "../../views/player/sizes.js";

const WIDTHS = [280, 340, 366, 480, MEDIUM - 1, MEDIUM, 700, WIDE - 1, WIDE, 1000, 1200, 1600, 2200];
const HEIGHTS = [568, 720, 768, 844, 900, 1080, 1440];
const MODES = ["2d", "3d", "both"];

function everySize(check) {
  for (const width of WIDTHS) for (const height of HEIGHTS) for (const mode of MODES) check(areaSizes(width, height, mode), { width, height, mode });
}

test("every part has room in every window, and none is wider than the stage", () => {
  everySize((sizes, { width, mode }) => {
    for (const part of ["map", "relief", "losses"]) {
      assert.ok(sizes[part].width >= 130 && sizes[part].height >= 50, JSON.stringify({ part, sizes, width, mode }));
      assert.ok(sizes[part].width <= width);
    }
    const beside = sizes.name === "wide" ? sizes.losses.width : mode === "both" && sizes.name === "medium" ? sizes.relief.width : 0;
    assert.ok(sizes.map.width + beside <= width);
  });
});

test("the map beside the loss curve grows with the window from 340 to 720 pixels", () => {
  assert.equal(areaSizes(1400, 900, "2d").map.height, 900 - 262);
  assert.equal(areaSizes(1400, 400, "2d").map.height, 340);
  assert.equal(areaSizes(1400, 2000, "2d").map.height, 720);
});

test("the layout goes by the stage's own width", () => {
  const nameAt = (width) => areaSizes(width, 900, "2d").name;
  assert.deepEqual([366, MEDIUM - 1, MEDIUM, WIDE - 1, WIDE].map(nameAt), ["phone", "phone", "medium", "medium", "wide"]);
});

test("a phone has a map as wide as itself and a strip of losses under it", () => {
  const sizes = areaSizes(366, 844, "2d");
  assert.deepEqual([sizes.map.width, sizes.map.height], [366, 366]);
  assert.equal(sizes.losses.height, 56);
});

test("all sizes are whole pixels", () => {
  everySize((sizes) => {
    for (const part of [sizes.map, sizes.relief]) for (const length of [part.width, part.height]) assert.equal(length % 1, 0);
  });
});

test("presented, the map takes what the page's controls leave free, and everything is drawn larger", () => {
  const [page, present] = [areaSizes(1872, 1080, "2d"), areaSizes(1872, 1080, "2d", true)];
  assert.ok(present.map.height > page.map.height);
  assert.deepEqual([page.map.path, present.map.path], [{ line: 3.5, casing: 7, marker: 15 }, { line: 6, casing: 11, marker: 24 }]);
  assert.equal(present.map.font, 20);
});

test("the inside of a step takes its room from the map: beside it for the equations, under it for the curves", () => {
  for (const width of WIDTHS) {
    for (const height of HEIGHTS) {
      for (const isPresented of [false, true]) {
        const closed = areaSizes(width, height, "2d", isPresented);
        const open = areaSizes(width, height, "2d", isPresented, true);
        if (closed.name !== "wide") {
          assert.deepEqual(open, closed); // there it stands under all else
          continue;
        }
        assert.ok(open.map.height < closed.map.height && open.map.height >= 300);
        assert.ok(open.map.width <= closed.map.width);
      }
    }
  }
  const [closed, open] = [false, true].map((hasAnatomy) => areaSizes(938, 900, "2d", false, hasAnatomy));
  assert.equal(closed.map.height - open.map.height, 120);
  assert.ok(938 - open.map.width >= 400);
});

test("the data takes room from the loss curve alone, and there is room for it in every window", () => {
  for (const width of WIDTHS) {
    for (const height of HEIGHTS) {
      for (const mode of MODES) {
        for (const isPresented of [false, true]) {
          const [without, sizes] = [false, true].map((hasData) => areaSizes(width, height, mode, isPresented, false, hasData));
          assert.deepEqual([sizes.map, sizes.relief], [without.map, without.relief]);
          assert.equal(without.data, undefined);
          const { data, losses, name, map } = sizes;
          assert.ok(data.width >= 180 && data.height >= 140, JSON.stringify({ data, width, height, mode }));
          assert.ok(data.line < data.casing);
          if (name === "wide") {
            assert.ok(map.width + data.width <= width);
            assert.ok(data.height + losses.height <= 0.7 * map.height + 1);
          } else if (name === "medium") {
            const beside = mode === "both" ? losses.width : map.width;
            assert.ok(beside + data.width <= width, JSON.stringify({ data, width, height, mode }));
          }
        }
      }
    }
  }
});
