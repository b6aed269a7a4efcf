import { encoderCommand } from '../../src/video/encoder-command.ts';

test('the whole command line, one picture in and one out', () => {
  expect(encoderCommand({ width: 640, height: 360, format: 'rgb24' }, 15, { version: [5, 1] }).join(' ')).toBe(
    [
      '-hide_banner -loglevel error -probesize 32 -analyzeduration 0 -fpsprobesize 0 -threads 1',
      '-f rawvideo -pixel_format rgb24 -video_size 640x360 -framerate 15 -use_wallclock_as_timestamps 1 -i pipe:0',
      '-an -fps_mode passthrough -enc_time_base 1/1000',
      '-vf crop=640:360:0:0,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
      '-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv',
      '-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -threads 1 -bf 0 -crf 24',
      '-maxrate 2073600 -bufsize 2073600 -g 300 -sc_threshold 0 -flags +cgop',
      '-force_key_frames expr:gte(t,n_forced*2)',
      '-flush_packets 1 -flvflags no_duration_filesize -f flv pipe:1',
    ].join(' '),
  );
});

test('an odd side loses its last row or column', () => {
  const command = encoderCommand({ width: 65, height: 49, format: 'gray' }, 5, { version: [5, 1] });
  expect(command).toContain('crop=64:48:0:0,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p');
  expect(command).toContain('65x49');
});
