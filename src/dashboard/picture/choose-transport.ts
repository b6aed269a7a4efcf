/** What the user asks for. */
export type TransportChoice = 'auto' | 'jpeg' | 'h264';
/** How pictures come: each by itself, or H.264 decoded by WebCodecs, or played by Media Source Extensions. */
export type PictureTransport = 'jpeg' | 'webcodecs' | 'mse';

export interface TransportMeans {
  /** The server can encode H.264. */
  readonly isOffered: boolean;
  readonly hasWebCodecs: boolean;
  readonly hasMse: boolean;
  /** The link cannot take every JPEG, or the user wants to save data. */
  readonly isSlow: boolean;
}

/** JPEG has the least delay, H.264 takes a quarter of the bytes: only a slow link is better off with it. MSE is the slowest. */
export const chooseTransport = (
  choice: TransportChoice,
  { isOffered, hasWebCodecs, hasMse, isSlow }: TransportMeans,
): PictureTransport => {
  const wantsH264 = choice === 'h264' || (choice === 'auto' && isSlow);
  if (!wantsH264 || !isOffered) return 'jpeg';
  if (hasWebCodecs) return 'webcodecs';
  return hasMse ? 'mse' : 'jpeg';
};

/** WebCodecs exist only where the page came by https or from this machine. */
export const hasWebCodecs = (): boolean => isSecureContext && 'VideoDecoder' in window;
export const hasMse = (): boolean =>
  'MediaSource' in window && MediaSource.isTypeSupported('video/mp4; codecs="avc1.4DC01F"');
