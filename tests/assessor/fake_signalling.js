/* The network's end of a softphone call, inside the page: it stands where the SDK's own signalling would,
   answers an offer with a real peer that sends a tone, and remembers what it was told. */
(() => {
  const told = (window.network = { invited: null, pressed: "", hungUp: 0, deaf: false, stream: null });
  class Signalling {
    constructor() {
      this.listeners = new Map();
      this.uri = "wss://nowhere.example/signal";
      this.status = "ready";
      told.stream = this;
      if (!told.deaf) setTimeout(() => this.emit("connected", { region: "gll", token: { identity: "x", ttl: 900 } }));
    }
    on(event, heard) { this.listeners.set(event, [...(this.listeners.get(event) ?? []), heard]); return this; }
    addListener(event, heard) { return this.on(event, heard); }
    once(event, heard) {
      const first = (...all) => { this.removeListener(event, first); heard(...all); };
      return this.on(event, first);
    }
    removeListener(event, heard) {
      this.listeners.set(event, (this.listeners.get(event) ?? []).filter((each) => each !== heard));
      return this;
    }
    removeAllListeners() { this.listeners.clear(); }
    emit(event, ...all) { for (const heard of [...(this.listeners.get(event) ?? [])]) heard(...all); }
    invite(sdp, callsid, params) { told.invited = { sdp, callsid, params: Object.fromEntries(new URLSearchParams(params)) }; }
    hangup() { told.hungUp += 1; }
    destroy() { this.removeAllListeners(); }
    dtmf() {} register() {} setToken() {} publish() {} updateURIs() {} updatePreferredURI() {} reconnect() {} reinvite() {} sendMessage() {}
  }
  const insert = RTCDTMFSender.prototype.insertDTMF; // keys go as tones in the sound itself
  RTCDTMFSender.prototype.insertDTMF = function (tones, ...more) {
    told.pressed += tones;
    return insert.call(this, tones, ...more);
  };
  told.rings = (callsid) => told.stream.emit("ringing", { callsid });
  told.answers = async (callsid) => {
    const peer = new RTCPeerConnection();
    const context = new AudioContext();
    const tone = context.createOscillator();
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    await peer.setRemoteDescription({ type: "offer", sdp: told.invited.sdp });
    for (const track of out.stream.getTracks()) peer.addTrack(track, out.stream);
    await peer.setLocalDescription(await peer.createAnswer());
    await new Promise((done) => {
      const look = () => (peer.iceGatheringState === "complete" ? done() : setTimeout(look, 20));
      look();
    });
    told.stream.emit("answer", { callsid, sdp: peer.localDescription.sdp });
  };
  told.refuses = (code) => told.stream.emit("error", { error: { code, message: "refused" } });
  told.hangsUp = (callsid) => told.stream.emit("hangup", { callsid });

  /* The SDK adds itself to what stands under its name. */
  let Device;
  window.Twilio = {
    get Device() { return Device; },
    set Device(Carried) {
      Device = class extends Carried {
        constructor(pass, options) {
          super(pass, { ...options, PStream: Signalling });
          told.device = this;
        }
      };
    },
  };
})();
