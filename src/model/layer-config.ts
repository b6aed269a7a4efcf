import { z } from 'zod';

import type { LayerConfig } from './layers-model.ts';
import { unsupported } from './unsupported.ts';

const count = z.int('a whole number').positive('a number above 0');
const size2d = z.union(
  [
    z.tuple([count, count]),
    z.tuple([count]).transform(([length]): [number, number] => [length, length]),
    count.transform((length): [number, number] => [length, length]),
  ],
  'one or two whole numbers above 0',
);
const undilated = z
  .union([z.literal(1), z.tuple([z.literal(1)]), z.tuple([z.literal(1), z.literal(1)])], '1')
  .nullish();
const dataFormat = z.literal('channels_last', "'channels_last'").default('channels_last');
const padding = z.enum(['valid', 'same'], "'valid' or 'same'").default('valid');
const share = 'a number from 0 to 1';
const flag = z.boolean('true or false').default(true);

const activations = z.enum(
  ['linear', 'relu', 'sigmoid', 'hard_sigmoid', 'tanh'],
  "'linear', 'relu', 'sigmoid', 'hard_sigmoid' or 'tanh'",
);
export type ActivationName = z.infer<typeof activations>;
const activation = activations.nullish().transform((name) => name ?? 'linear');

const convolution = z.object({
  filters: count,
  kernel_size: size2d,
  strides: size2d.default([1, 1]),
  padding,
  data_format: dataFormat,
  dilation_rate: undilated,
  activation,
  use_bias: flag,
});

/** Arguments that would change what is computed; they are accepted only as they are by default. */
const onlyDefault = <Value extends boolean | 0>(value: Value) => z.literal(value, `${value}`).nullish();

const recurrentConvolution = z.object({
  ...convolution.shape,
  activation: activations.default('tanh'),
  /** Keras 2's hard_sigmoid: 0.2 x + 0.5 between 0 and 1. */
  recurrent_activation: activations.default('hard_sigmoid'),
  unit_forget_bias: z.boolean('true or false').nullish(),
  return_sequences: z.boolean('true or false').default(false),
  return_state: onlyDefault(false),
  go_backwards: onlyDefault(false),
  stateful: onlyDefault(false),
  dropout: onlyDefault(0),
  recurrent_dropout: onlyDefault(0),
});

const pooling = z
  .object({ pool_size: size2d.default([2, 2]), strides: size2d.nullish(), padding, data_format: dataFormat })
  .transform((config) => ({ ...config, strides: config.strides ?? config.pool_size }));

/** The arguments that decide what a layer computes, with TensorFlow.js's defaults; others (initializers) are ignored. */
const schemas = {
  InputLayer: z.object({
    batch_input_shape: z.tuple([z.null()], count, 'null and whole numbers above 0'),
    dtype: z.literal('float32', "'float32'").nullish(),
  }),
  Conv2D: convolution,
  Conv2DTranspose: convolution,
  ConvLSTM2D: recurrentConvolution,
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  UpSampling2D: z.object({
    size: size2d.default([2, 2]),
    interpolation: z.enum(['nearest', 'bilinear'], "'nearest' or 'bilinear'").default('nearest'),
    data_format: dataFormat,
  }),
  Dense: z.object({ units: count, activation, use_bias: flag }),
  Flatten: z.object({ data_format: dataFormat }),
  /** One length may be null or -1: it follows from the others. */
  Reshape: z.object({
    target_shape: z
      .array(z.union([count, z.null(), z.literal(-1)], 'a whole number above 0, null or -1'), 'a list of whole numbers')
      .min(1, 'at least one length'),
  }),
  BatchNormalization: z.object({
    axis: z.int('a whole number').default(-1),
    momentum: z.number(share).min(0, share).max(1, share).default(0.99),
    epsilon: z.number('a number').positive('a number above 0').default(1e-3),
    center: flag,
    scale: flag,
  }),
  Concatenate: z.object({ axis: z.int('a whole number').default(-1) }),
  Add: z.object({}),
  Dropout: z.object({ rate: z.number(share).min(0, share).lt(1, share), noise_shape: z.null('null').optional() }),
  GaussianNoise: z.object({ stddev: z.number('a number').nonnegative('a number of at least 0') }),
  Activation: z.object({ activation: activations }),
  LeakyReLU: z.object({ alpha: z.number('a number').default(0.3) }),
};

const wrapper = z.object({
  layer: z.object(
    { class_name: z.string(), config: z.looseObject({ name: z.string() }) },
    'a layer, with class_name and config',
  ),
});

type UnwrappedName = keyof typeof schemas;
export type ClassName = UnwrappedName | 'TimeDistributed';
export type ConfigOf<C extends UnwrappedName> = z.output<(typeof schemas)[C]>;

/** A layer's class and its validated arguments, by Keras's names. */
export type TypedConfig =
  | {
      readonly [C in UnwrappedName]: { readonly className: C; readonly config: Readonly<ConfigOf<C>> };
    }[UnwrappedName]
  | { readonly className: 'TimeDistributed'; readonly config: { readonly layer: TypedConfig } };

const classNames = [...Object.keys(schemas), 'TimeDistributed'];
const isUnwrapped = (className: string): className is UnwrappedName => Object.hasOwn(schemas, className);

/** Throws ModelError 'unsupported' with the layer, the argument, what was expected and what was found. */
export const parseConfig = (layer: Pick<LayerConfig, 'name' | 'class_name' | 'config'>): TypedConfig => {
  const { name, class_name: className } = layer;
  if (className === 'TimeDistributed') {
    const inner = validated(layer, wrapper).layer;
    return { className, config: { layer: parseConfig({ ...inner, name }) } };
  }
  if (!isUnwrapped(className)) throw unsupported(name, `class_name among ${classNames.join(', ')}`, className);
  return { className, config: validated<object>(layer, schemas[className]) } as TypedConfig;
};

const validated = <Output>(
  { name, class_name: className, config }: Parameters<typeof parseConfig>[0],
  schema: z.ZodType<Output>,
): Output => {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const argument = String(issue.path[0]);
  throw unsupported(name, `${argument} of ${className} to be ${issue.message}`, config[argument]);
};
