import { Document, YAMLMap, YAMLSeq, isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** Keys of a camera as they stand in a pipeline file; in a change null takes a key out. */
export type CameraKeys = Readonly<Record<string, unknown>>;

/** Lines are not folded, lists are indented as they were. Comments and blank lines stay. */
const textOf = (document: Document, before: string): string =>
  document.toString({ lineWidth: 0, indentSeq: !/^\w+:[^\n]*\n- /m.test(before) });

const listOf = (document: Document): YAMLSeq => {
  const cameras: unknown = document.get('cameras', true);
  if (isSeq(cameras)) return cameras;
  const list = new YAMLSeq();
  document.set('cameras', list);
  return list;
};

const isCamera = (node: unknown, id: string): node is YAMLMap => isMap(node) && node.get('id') === id;

/** Numbers side by side, as people write them: points and polygons. */
const nodeOf = (document: Document, value: unknown): unknown => {
  const node = document.createNode(value);
  if (isSeq(node) || isMap(node)) node.flow = true;
  return node;
};

const setKeys = (document: Document, map: YAMLMap, keys: CameraKeys): void => {
  for (const [key, value] of Object.entries(keys)) {
    const before: unknown = map.get(key, true);
    if (value === null) map.delete(key);
    else if (isMap(before) && typeof value === 'object' && !Array.isArray(value))
      setKeys(document, before, value as CameraKeys);
    // The scalar stays, and with it the comment behind it.
    else if (isScalar(before) && typeof value !== 'object') before.value = value;
    else map.set(key, nodeOf(document, value));
  }
};

/** What a camera has in the file, its `${NAME}` not filled in; undefined when it has no such camera. */
export const cameraKeys = (text: string, id: string): CameraKeys | undefined => {
  const document = parseDocument(text);
  const node = listOf(document).items.find((item) => isCamera(item, id));
  return isMap(node) ? (node.toJS(document) as CameraKeys) : undefined;
};

/** The text of a pipeline file with one more camera. */
export const addCamera = (text: string, keys: CameraKeys): string => {
  const document = parseDocument(text);
  const list = listOf(document);
  if (list.items.length === 0) list.flow = false;
  const camera = new YAMLMap();
  setKeys(document, camera, keys);
  list.add(camera);
  return textOf(document, text);
};

/** With some keys of a camera changed, those of groups one by one; everything else stays as it is written. */
export const changeCamera = (text: string, id: string, changes: CameraKeys): string => {
  const document = parseDocument(text);
  const node = listOf(document).items.find((item) => isCamera(item, id));
  if (isMap(node)) setKeys(document, node, changes);
  return textOf(document, text);
};

/** Without a camera. */
export const removeCamera = (text: string, id: string): string => {
  const document = parseDocument(text);
  const list = listOf(document);
  list.items = list.items.filter((item) => !isCamera(item, id));
  if (list.items.length === 0) list.flow = true;
  return textOf(document, text);
};
