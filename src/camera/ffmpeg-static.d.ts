/** An optional dependency: the path of the binary it downloaded, or null where it has none for this platform. */
declare module 'ffmpeg-static' {
  const path: string | null;
  export default path;
}
