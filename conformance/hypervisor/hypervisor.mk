# SPDX-License-Identifier: GPL-2.0-only
#
# The hypervisor's half of the conformance suite: stub guests, one directory a
# test. The acts (what may trap, and the way back) are those of the hostile
# guests; they come from tests/hostile/lib.

CONF_HV := $(BUILD)/conformance/hypervisor
CONF_HV_TESTS := $(patsubst conformance/hypervisor/%/main.c,%,\
	$(wildcard conformance/hypervisor/*/main.c))
CONF_HV_LIB := $(patsubst conformance/hypervisor/%,$(CONF_HV)/%.o,\
	$(wildcard conformance/hypervisor/lib/*.c conformance/hypervisor/lib/*.S))
CONF_HV_ACTS := $(addprefix $(CONF_HV)/acts/,try.c.o try.S.o call.S.o)
CONF_HV_CFLAGS = $(GUEST_CFLAGS) -I conformance/hypervisor/lib -I tests/hostile/lib -I tests/hostile

.PHONY: conformance-hypervisor conformance-hypervisor-guests
#: conformance-hypervisor: does a hypervisor keep the ABI's promises
conformance-hypervisor: hypervisor conformance-hypervisor-guests
	$(Q)./silk conformance hypervisor

conformance-hypervisor-guests: $(CONF_HV_TESTS:%=$(CONF_HV)/%.elf)
guests: conformance-hypervisor-guests

define CONF_HV_RULE
$(CONF_HV)/$(1).elf: $(GUEST_START) $(patsubst conformance/hypervisor/%,\
	$(CONF_HV)/%.o,$(wildcard conformance/hypervisor/$(1)/*.[cS])) \
	$(CONF_HV_LIB) $(CONF_HV_ACTS) $(GUEST_LIB)
endef
$(foreach t,$(CONF_HV_TESTS),$(eval $(call CONF_HV_RULE,$(t))))

$(CONF_HV)/%.elf:
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $^

$(CONF_HV)/acts/%.c.o: tests/hostile/lib/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CONF_HV_CFLAGS) -MMD -MP -c -o $@ $<

$(CONF_HV)/acts/%.S.o: tests/hostile/lib/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

$(CONF_HV)/%.c.o: conformance/hypervisor/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CONF_HV_CFLAGS) -MMD -MP -c -o $@ $<

$(CONF_HV)/%.S.o: conformance/hypervisor/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

.PRECIOUS: $(CONF_HV)/%.c.o $(CONF_HV)/%.S.o
-include $(wildcard $(CONF_HV)/*/*.d)
