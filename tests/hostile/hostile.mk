# SPDX-License-Identifier: GPL-2.0-only
#
# Hostile guests, and the witness that has to live beside them. Each directory
# with a main.c is a guest. Works by itself too:
# make -f tests/hostile/hostile.mk hostile-guests

ifndef G
include guest/guest.mk
HOSTILE_ALONE := 1
endif

HOSTILE := $(BUILD)/hostile
HOSTILE_TESTS := $(patsubst tests/hostile/%/main.c,%,\
	$(wildcard tests/hostile/*/main.c))
HOSTILE_LIB := $(addprefix $(HOSTILE)/lib/,try.c.o try.S.o report.c.o)

.PHONY: hostile hostile-guests
#: hostile: guests that attack, beside one that must not notice
hostile: hostile-guests $(if $(HOSTILE_ALONE),,hypervisor)
	$(Q)tests/hostile/run $(filter-out witness,$(HOSTILE_TESTS))

hostile-guests: $(HOSTILE_TESTS:%=$(HOSTILE)/%.elf)
guests: hostile-guests

$(HOSTILE)/witness.elf: $(GUEST_START) $(patsubst tests/hostile/%,$(HOSTILE)/%.o,\
	$(wildcard tests/hostile/witness/*.c)) $(GUEST_LIB)
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $^

# All C files of its directory, and the library of the hostile.
define HOSTILE_RULE
$(HOSTILE)/$(1).elf: $(GUEST_START) $(patsubst tests/hostile/%,$(HOSTILE)/%.o,\
	$(wildcard tests/hostile/$(1)/*.c)) $(HOSTILE_LIB) $(GUEST_LIB)
endef
$(foreach t,$(filter-out witness,$(HOSTILE_TESTS)),$(eval $(call HOSTILE_RULE,$(t))))

$(HOSTILE)/%.elf:
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $^

$(HOSTILE)/%.c.o: tests/hostile/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -I tests/hostile/lib -MMD -MP -c -o $@ $<

$(HOSTILE)/%.S.o: tests/hostile/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

.PRECIOUS: $(HOSTILE)/%.c.o $(HOSTILE)/%.S.o
-include $(wildcard $(HOSTILE)/*/*.d)
