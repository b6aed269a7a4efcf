import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { processUsage } from './process-usage.ts';

/** Seconds; fine around the targets for a frame's whole way (250 ms for one camera, 400 ms for eight). */
const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5,
];

/** Everything Nightjar counts, on the registry given; docs/protocol.md lists the names. Call once for each registry. */
export const createMetrics = (registry: Registry) => {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters, which promtool refuses; nodejs_active_handles and its like have the same by type.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);

  /** The process id of each camera's ffmpeg child: set it on spawn, delete it on exit. */
  const children = new Map<string, number>();
  const encoders = new Map<string, { readonly camera: string; readonly kind: string; readonly pid: number }>();
  const metrics = {
    registry,
    children,
    /** Tells the process id of the encoder of a camera's pictures of one kind, or that there is none. */
    setEncoder: (camera: string, kind: string, pid: number | undefined): void => {
      if (pid === undefined) encoders.delete(`${kind} ${camera}`);
      else encoders.set(`${kind} ${camera}`, { camera, kind, pid });
    },
    encoderCpuSeconds: new Counter({
      name: 'nightjar_encoder_cpu_seconds_total',
      help: 'CPU time of the present H.264 encoder of a feed that is watched, user and system.',
      labelNames: ['camera', 'kind'],
      registers,
      collect() {
        this.reset();
        for (const { camera, kind, pid } of encoders.values())
          this.inc({ camera, kind }, processUsage(pid)?.cpuSeconds ?? 0);
      },
    }),
    childCpuSeconds: new Counter({
      name: 'nightjar_child_cpu_seconds_total',
      help: "CPU time of a camera's present ffmpeg child, user and system.",
      labelNames: ['camera'],
      registers,
      collect() {
        this.reset();
        for (const [camera, pid] of children) this.inc({ camera }, processUsage(pid)?.cpuSeconds ?? 0);
      },
    }),
    childResidentBytes: new Gauge({
      name: 'nightjar_child_resident_memory_bytes',
      help: "Resident memory of a camera's ffmpeg child.",
      labelNames: ['camera'],
      registers,
      collect() {
        this.reset();
        for (const [camera, pid] of children) this.set({ camera }, processUsage(pid)?.residentBytes ?? 0);
      },
    }),
    framesDecoded: new Counter({
      name: 'nightjar_frames_decoded_total',
      help: 'Frames that arrived from the decoder.',
      labelNames: ['camera'],
      registers,
    }),
    framesDropped: new Counter({
      name: 'nightjar_frames_dropped_total',
      help: 'Frames that were not analysed, or pictures that a viewer (reason slow-viewer) or an encoder (slow-encoder) had no time for.',
      labelNames: ['camera', 'reason'],
      registers,
    }),
    liveFramesDecoded: new Counter({
      name: 'nightjar_live_frames_decoded_total',
      help: 'Live frames that arrived from the decoder, watched or not.',
      labelNames: ['camera'],
      registers,
    }),
    liveFramesDropped: new Counter({
      name: 'nightjar_live_frames_dropped_total',
      help: 'Live frames that were to be shown or denoised and were not.',
      labelNames: ['camera', 'reason'],
      registers,
    }),
    /** `picture` is raw or denoised: what came out, and so what it waited for. */
    livePictureSeconds: new Histogram({
      name: 'nightjar_live_picture_seconds',
      help: 'From the last byte of a watched frame from the decoder to its picture: raw, denoised.',
      labelNames: ['picture'],
      buckets: latencyBuckets,
      registers,
    }),
    inferenceSeconds: new Histogram({
      name: 'nightjar_inference_seconds',
      help: 'Duration of one model run.',
      buckets: latencyBuckets,
      registers,
    }),
    /** `stage` is queue (waiting for a run), inference, or end_to_end (last byte from the decoder to prediction). */
    stageSeconds: new Histogram({
      name: 'nightjar_stage_seconds',
      help: 'Time a frame spent in a stage: queue, inference, end_to_end.',
      labelNames: ['stage'],
      buckets: latencyBuckets,
      registers,
    }),
    publisherUp: new Gauge({
      name: 'nightjar_publisher_up',
      help: '1 while an RTSP server takes the published feed, else 0.',
      labelNames: ['camera'],
      registers,
    }),
    publisherFailures: new Counter({
      name: 'nightjar_publisher_failures_total',
      help: 'Times that the published feed was lost or refused, by cause.',
      labelNames: ['camera', 'cause'],
      registers,
    }),
    cameraUp: new Gauge({
      name: 'nightjar_camera_up',
      help: '1 while frames arrive, else 0.',
      labelNames: ['camera'],
      registers,
    }),
    cameraReconnects: new Counter({
      name: 'nightjar_camera_reconnects_total',
      help: 'Reconnects, by the cause of the failure before.',
      labelNames: ['camera', 'cause'],
      registers,
    }),
    anomalyScore: new Gauge({
      name: 'nightjar_anomaly_score',
      help: 'The last smoothed anomaly score; 1 is the threshold.',
      labelNames: ['camera'],
      registers,
    }),
    alerts: new Counter({
      name: 'nightjar_alerts_total',
      help: 'Alerts opened.',
      labelNames: ['camera', 'kind'],
      registers,
    }),
    notifications: new Counter({
      name: 'nightjar_notifications_total',
      help: 'Notifications by what became of them: delivered; failed, an attempt; dead, given up; discarded, a dead letter that made room.',
      labelNames: ['notifier', 'outcome'],
      registers,
    }),
    notificationsPending: new Gauge({
      name: 'nightjar_notifications_pending',
      help: 'Notifications that wait in the outbox.',
      labelNames: ['notifier'],
      registers,
    }),
    queueLength: new Gauge({
      name: 'nightjar_queue_length',
      help: 'Entries waiting in a queue.',
      labelNames: ['queue'],
      registers,
    }),
    taskFailures: new Counter({
      name: 'nightjar_task_failures_total',
      help: "Frames for which a task could make nothing of its model's outputs.",
      labelNames: ['camera', 'task'],
      registers,
    }),
    viewersRefused: new Counter({
      name: 'nightjar_viewers_refused_total',
      help: 'WebSocket connections refused because too many are open: server-full, user-full.',
      labelNames: ['reason'],
      registers,
    }),
    viewers: new Gauge({ name: 'nightjar_viewers', help: 'Open WebSocket connections.', registers }),
  };
  return {
    ...metrics,
    /** Takes back what is said of a camera at this moment; what was counted stays. */
    forgetCamera: (camera: string): void => {
      children.delete(camera);
      for (const gauge of [metrics.cameraUp, metrics.anomalyScore, metrics.publisherUp]) gauge.remove({ camera });
    },
    /** Takes out all that is labelled with a camera that there is no more. */
    removeCamera: async (camera: string): Promise<void> => {
      children.delete(camera);
      for (const metric of Object.values(metrics)) {
        if (!(metric instanceof Counter || metric instanceof Gauge)) continue;
        const { values } = await (metric as Gauge).get();
        for (const { labels } of values) if (labels['camera'] === camera) (metric as Gauge).remove(labels);
      }
    },
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
