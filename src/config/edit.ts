import { isDeepStrictEqual } from 'node:util';

import { Document, YAMLMap, YAMLSeq, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { ToStringOptions } from 'yaml';

import { ConfigError } from '../core/errors.ts';
import { insertItem, itemIndent, removeItem, replaceItem } from './splice-items.ts';
import type { Item, ItemList } from './splice-items.ts';

/** Keys of a camera as they stand in a pipeline file; in a change null takes a key out. */
export type CameraKeys = Readonly<Record<string, unknown>>;

type Edit =
  | { readonly type: 'add'; readonly keys: CameraKeys }
  | { readonly type: 'change'; readonly id: string; readonly keys: CameraKeys }
  | { readonly type: 'remove'; readonly id: string };

/** What a camera has in the file, its `${NAME}` not filled in; undefined when it has no such camera. */
export const cameraKeys = (text: string, id: string): CameraKeys | undefined =>
  camerasOf(parsed(text)).find((camera) => camera['id'] === id);

/** The text of a pipeline file with one more camera. Throws as `changeCamera`. */
export const addCamera = (text: string, keys: CameraKeys): string => edit(text, { type: 'add', keys });

/**
 * With some keys of a camera changed, those of a group one by one. Only the lines of the camera are written anew, its
 * comments stay. Throws ConfigError 'invalid' for what only a person can change, such as an alias.
 */
export const changeCamera = (text: string, id: string, keys: CameraKeys): string =>
  edit(text, { type: 'change', id, keys });

/** Without a camera and the comments right above it. Throws as `changeCamera`. */
export const removeCamera = (text: string, id: string): string => edit(text, { type: 'remove', id });

const edit = (text: string, wish: Edit): string => {
  const expected = edited(text, wish);
  for (const write of [spliced, rewritten]) {
    const result = attempt(() => write(text, wish));
    if (
      result !== undefined &&
      isDeepStrictEqual(
        attempt(() => parsed(result)),
        expected,
      )
    )
      return result;
  }
  throw new ConfigError(
    'invalid',
    'the file is written in a way that only a person can change (aliases, perhaps): edit it by hand',
  );
};

const parsed = (text: string): Record<string, unknown> => {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors[0]) throw document.errors[0];
  return document.toJS() as Record<string, unknown>;
};

const camerasOf = ({ cameras }: Record<string, unknown>): CameraKeys[] => (cameras ?? []) as CameraKeys[];

const attempt = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

/** What the file must say afterwards. */
const edited = (text: string, wish: Edit): unknown => {
  const data = parsed(text);
  const cameras = camerasOf(data);
  if (wish.type === 'add') return { ...data, cameras: [...cameras, withoutNulls(wish.keys)] };
  const isMeant = (camera: CameraKeys): boolean => camera['id'] === wish.id;
  if (wish.type === 'remove') return { ...data, cameras: cameras.filter((camera) => !isMeant(camera)) };
  const change = (camera: CameraKeys): CameraKeys => withoutNulls(changed(camera, wish.keys));
  return { ...data, cameras: cameras.map((camera) => (isMeant(camera) ? change(camera) : camera)) };
};

const isGroup = (value: unknown): value is CameraKeys =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const changed = (before: CameraKeys, keys: CameraKeys): CameraKeys => ({
  ...before,
  ...Object.fromEntries(
    Object.entries(keys).map(([key, value]) => {
      const there = before[key];
      return [key, isGroup(value) && isGroup(there) ? changed(there, value) : value];
    }),
  ),
});

/** Those of groups, too: what is null there is not wanted there. */
const withoutNulls = (keys: CameraKeys): CameraKeys =>
  Object.fromEntries(
    Object.entries(keys)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isGroup(value) ? withoutNulls(value) : value]),
  );

/** Only the camera's own lines are written anew. */
const spliced = (text: string, wish: Edit): string => {
  const document = parseDocument(text);
  const list = placesOf(document);
  if (wish.type === 'add') {
    const camera = cameraNode(document, wish.keys);
    if (list.isFlow && list.items.length > 0) camera.flow = true;
    return insertItem(text, list, linesOf(camera, text));
  }
  const { node, item } = find(document, wish.id);
  if (wish.type === 'remove') return removeItem(text, list, item);
  setKeys(document, node, wish.keys);
  // Those stand outside of what is replaced.
  node.commentBefore = null;
  node.spaceBefore = false;
  if (node.flow) node.comment = null;
  return replaceItem(text, item, linesOf(node, text.slice(...item), itemIndent(text, item)));
};

/** The whole file is written anew, with its comments: where a camera cannot be understood by itself. */
const rewritten = (text: string, wish: Edit): string => {
  const document = parseDocument(text);
  const cameras = listOf(document);
  if (wish.type === 'add') {
    cameras.flow = cameras.flow === true && cameras.items.length > 0;
    cameras.add(cameraNode(document, wish.keys));
  } else if (wish.type === 'remove') cameras.items.splice(find(document, wish.id).index, 1);
  else setKeys(document, find(document, wish.id).node, wish.keys);
  return document.toString(style(text));
};

const style = (like: string): ToStringOptions => ({
  lineWidth: 0,
  // `[1, 2]` or `[ 1, 2 ]`, as it is; lists are indented as they were.
  flowCollectionPadding: /\{ /.test(like) || !/[{[]\S/.test(like),
  indentSeq: !/^\w+:[^\n]*\n- /m.test(like),
});

const linesOf = (node: YAMLMap, like: string, indent = ''): string[] => {
  const document = new Document(null);
  document.contents = node;
  const text = document.toString(style(like)).trimEnd();
  return text.split('\n').map((line, at) => (at === 0 || line === '' ? line : indent + line));
};

const setKeys = (document: Document, map: YAMLMap, keys: CameraKeys): void => {
  for (const [key, value] of Object.entries(keys)) {
    const there: unknown = map.get(key, true);
    const before: unknown = isNode(there) ? there.toJS(document) : there;
    if (value === null) map.delete(key);
    else if (isMap(there) && isGroup(value)) setKeys(document, there, value);
    // A scalar stays, and with it its quotes and the comment behind it.
    else if (!isDeepStrictEqual(before, value)) map.set(key, nodeOf(document, value));
  }
};

const cameraNode = (document: Document, keys: CameraKeys): YAMLMap => {
  const node = new YAMLMap();
  setKeys(document, node, withoutNulls(keys));
  return node;
};

/** Numbers side by side, as people write them: points and polygons. A scalar as it is takes the place of the one before. */
const nodeOf = (document: Document, value: unknown): unknown => {
  if (typeof value !== 'object') return value;
  const node = document.createNode(isGroup(value) ? withoutNulls(value) : value);
  if (isSeq(node) || isMap(node)) node.flow = true;
  return node;
};

const listOf = (document: Document): YAMLSeq => {
  const cameras: unknown = document.get('cameras', true);
  if (isSeq(cameras)) return cameras;
  if (cameras !== undefined && !(isScalar(cameras) && cameras.value === null)) throw new Error('cameras is no list');
  const list = new YAMLSeq();
  document.set('cameras', list);
  return list;
};

const rangeOf = (node: unknown): Item => {
  if (!isNode(node) || !node.range) throw new Error('nothing there');
  return [node.range[0], node.range[1]];
};

const placesOf = (document: Document): ItemList => {
  const list = listOf(document);
  return { isFlow: list.flow === true, range: rangeOf(list), items: list.items.map(rangeOf) };
};

const find = (document: Document, id: string): { node: YAMLMap; item: Item; index: number } => {
  const { items } = listOf(document);
  const index = items.findIndex((item) => isMap(item) && item.get('id') === id);
  const node = items[index];
  if (!isMap(node)) throw new Error('no such camera');
  return { node, item: rangeOf(node), index };
};
