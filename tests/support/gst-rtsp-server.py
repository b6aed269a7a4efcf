#!/usr/bin/python3
"""A real RTSP server for tests: GStreamer's, from Debian packages.

usage: gst-rtsp-server.py PORT [--auth basic|digest] [--record FILE]     (user admin, password s3cret/pass; PORT 0 picks one)

Mounts: /pattern  H.264 320x240, 15 frames/s
        /switch   H.264 whose picture changes between 320x240 and 640x480 every 2 s
        /keys     H.264 64x48, 30 frames/s, all of them key frames: the first one comes at once
        /audio    a stream without any picture
        /record   takes H.264 (ANNOUNCE, RECORD) and writes it to FILE as MPEG-TS
Prints "ready PORT" when it listens.
"""
import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

USER, PASSWORD = "admin", "s3cret/pass"
ENCODE = (
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={key_frames_every} bitrate=500"
    " ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 config-interval=-1"
)
SMALL, LARGE = ((320, 240), (640, 480))


def raw_caps(size, frames_per_second=15):
    width, height = size
    return f"video/x-raw,format=I420,width={width},height={height},framerate={frames_per_second}/1"


def h264(key_frames_every=15):
    return ENCODE.format(key_frames_every=key_frames_every)


MOUNTS = {
    "/pattern": f"videotestsrc is-live=true pattern=ball ! {raw_caps(SMALL)} ! {h264()}",
    "/switch": (
        f"videotestsrc is-live=true pattern=ball ! videoscale ! capsfilter name=size caps={raw_caps(SMALL)} ! {h264()}"
    ),
    "/keys": f"videotestsrc is-live=true ! {raw_caps((64, 48), 30)} ! {h264(key_frames_every=1)}",
    "/audio": "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay0 pt=0",
}


def switch_sizes(_factory, media):
    """Changes the size of a running encoder every two seconds, as a camera does when its profile is edited."""
    size_filter = media.get_element().get_child_by_name("size")
    state = {"size": SMALL}

    def switch():
        if media.get_status() == GstRtspServer.RTSPMediaStatus.UNPREPARED:
            return GLib.SOURCE_REMOVE
        state["size"] = LARGE if state["size"] == SMALL else SMALL
        size_filter.set_property("caps", Gst.Caps.from_string(raw_caps(state["size"])))
        return GLib.SOURCE_CONTINUE

    GLib.timeout_add_seconds(2, switch)


def authentication(method):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if method == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(USER, PASSWORD, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), token)
    return auth


RECORD = "( rtph264depay name=depay0 ! h264parse ! mpegtsmux ! filesink location={file} sync=false async=false )"


def permissions():
    allowed = GstRtspServer.RTSPPermissions()
    allowed.add_role("user")
    for permission in ("access", "construct"):
        allowed.add_permission_for_role("user", f"media.factory.{permission}", True)
    return allowed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port")
    parser.add_argument("--auth", choices=("basic", "digest"))
    parser.add_argument("--record")
    args = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(args.port)
    if args.auth:
        server.set_auth(authentication(args.auth))
    for path, pipeline in MOUNTS.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_shared(True)
        factory.set_launch(f"( {pipeline} )")
        if args.auth:
            factory.set_permissions(permissions())
        if path == "/switch":
            factory.connect("media-configure", switch_sizes)
        server.get_mount_points().add_factory(path, factory)
    if args.record:
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_shared(True)
        factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
        factory.set_launch(RECORD.format(file=args.record))
        if args.auth:
            factory.set_permissions(permissions())
        server.get_mount_points().add_factory("/record", factory)
    server.attach(None)
    print("ready", server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main()
